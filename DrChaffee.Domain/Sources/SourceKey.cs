using System.Globalization;
using System.Text;

namespace DrChaffee.Domain.Sources;

/// <summary>Makes the key that addresses and JSON use for a source, and the ids that keys are made of.</summary>
public static class SourceKey
{
    private const int LongestSlug = 80;

    /// <summary><c>{type}-{id}</c> with every character outside <c>[A-Za-z0-9_-]</c> replaced by a hyphen.</summary>
    public static string From(string sourceType, string sourceId)
    {
        var key = new StringBuilder(sourceType.Length + sourceId.Length + 1).Append(sourceType).Append('-');
        foreach (var c in sourceId)
            key.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '-');
        return key.ToString();
    }

    /// <summary>Lower-case ASCII words joined by hyphens, at most 80 characters; empty where nothing is left.</summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder(Math.Min(text.Length, LongestSlug));
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (slug.Length >= LongestSlug) break;
            if (char.IsAsciiLetterOrDigit(c)) slug.Append(char.ToLowerInvariant(c));
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }

        return slug.ToString().Trim('-');
    }
}

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Brings a name as it stands in a file into the form it is stored in.</summary>
internal static class SpeakerName
{
    /// <summary>The name without markup, colons and stray spaces, or null where nothing is left.</summary>
    public static string? Clean(string? name)
    {
        if (name is null)
            return null;
        var words = name.Replace("*", "", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var cleaned = string.Join(' ', words).Trim(' ', ':', '–', '—');
        return cleaned.Length == 0 ? null : cleaned;
    }
}

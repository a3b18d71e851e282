using System.Text;
using System.Text.Unicode;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Turns a file's bytes into text, whatever tool of the last thirty years wrote it.</summary>
internal static class FileText
{
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    public static string Decode(ReadOnlySpan<byte> content)
    {
        var text = content switch
        {
            [0xEF, 0xBB, 0xBF, .. var rest] => Encoding.UTF8.GetString(rest),
            [0xFF, 0xFE, .. var rest] => Encoding.Unicode.GetString(rest),
            [0xFE, 0xFF, .. var rest] => Encoding.BigEndianUnicode.GetString(rest),
            _ when Utf8.IsValid(content) => Encoding.UTF8.GetString(content),
            _ => Windows1252.GetString(content),
        };

        // A stray NUL is never speech, and PostgreSQL refuses it.
        return text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;
    }
}

using System.Globalization;
using System.Text;

namespace DrChaffee.Web.Features.Support;

/// <summary>What a support bundle says of itself.</summary>
internal static class SupportText
{
    public static string FileName(DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"drchaffee-support-{now.UtcDateTime:yyyyMMdd-HHmm}.zip");

    public static string ReadMe(IReadOnlyList<SupportBundle.Part> parts, DateTimeOffset now, bool served, string? away)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"Support bundle of DrChaffee, made at {now.UtcDateTime:yyyy-MM-dd HH:mm} UTC.\n\nIn it:\n");
        foreach (var part in parts) text.Append(CultureInfo.InvariantCulture, $"  {part.Name,-16} {part.Holds}\n");
        text.Append("""

            Not in it: passwords, keys, tokens, connection strings, cookies and hashes; what users asked or searched for; mail addresses; transcripts.
            Of an address only its host is told. Titles of recordings and names of accounts that asked for a run are in it.
            Look it through before you send it: every file is plain text.

            """);
        if (!served) text.Append("\nThere is no log.txt: a command does not see what the server logged. Download the bundle from the dashboard for that, or take the server's own log.\n");
        if (away is not null) text.Append(CultureInfo.InvariantCulture, $"\n{away} What it would have told says so in its file.\n");
        return text.ToString();
    }
}

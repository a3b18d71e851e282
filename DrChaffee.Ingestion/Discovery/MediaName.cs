using System.Globalization;
using System.Text.RegularExpressions;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>What the name of a file tells: a date in front, a title, and the id in brackets that yt-dlp puts at the end.</summary>
internal sealed partial record MediaName(string Title, DateOnly? Date, YoutubeId? YoutubeId)
{
    public static MediaName Of(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        YoutubeId? youtubeId = null;
        if (Domain.Sources.YoutubeId.TryFindInFileName(path, out var id))
        {
            youtubeId = id;
            name = name[..name.LastIndexOf($"[{id}]", StringComparison.Ordinal)];
        }

        DateOnly? date = null;
        if (LeadingDate().Match(name) is { Success: true } dated
            && DateOnly.TryParseExact($"{dated.Groups["year"]}{dated.Groups["month"]}{dated.Groups["day"]}", "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            date = day;
            name = name[dated.Length..];
        }

        return new MediaName(Readable(name) is { Length: > 0 } title ? title : Path.GetFileNameWithoutExtension(path), date, youtubeId);
    }

    private static string Readable(string name)
    {
        var title = name.Replace('_', ' ').Trim(' ', '-', '.');
        if (!title.Contains(' ', StringComparison.Ordinal)) title = title.Replace('-', ' ');
        return title.Length > 0 ? char.ToUpper(title[0], CultureInfo.InvariantCulture) + title[1..] : title;
    }

    [GeneratedRegex(@"^(?<year>(19|20)\d\d)[-_. ]?(?<month>[01]\d)[-_. ]?(?<day>[0-3]\d)(?!\d)[-_. ]*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LeadingDate();
}

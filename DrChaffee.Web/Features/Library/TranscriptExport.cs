using DrChaffee.Domain.Library;
using DrChaffee.Domain.Transcripts;

namespace DrChaffee.Web.Features.Library;

/// <summary>A stored transcript as the document that the file formats are written from. What the transcriber may have invented is left out.</summary>
internal static class TranscriptExport
{
    public static TranscriptDocument From(SourceSummary source, IReadOnlyList<TranscriptSegment> segments) => new()
    {
        Title = source.Title,
        Channel = source.Channel,
        PublishedOn = source.PublishedAt is { } published ? DateOnly.FromDateTime(published.UtcDateTime) : null,
        Url = Uri.TryCreate(source.Url, UriKind.Absolute, out var url) ? url : null,
        Duration = source.Duration is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Lines = [.. segments.Where(s => s.SuspectReason is null).Select(Line)],
    };

    private static TranscriptLine Line(TranscriptSegment segment) =>
        new(TimeSpan.FromSeconds(segment.Start), TimeSpan.FromSeconds(segment.End), segment.Text, segment.Speaker)
        {
            Estimated = segment.TimesEstimated,
            Words = segment.WordTimes is { } times
                ? [.. times.Chunk(2).Where(pair => pair.Length == 2).Select(pair => new WordTime(TimeSpan.FromSeconds(pair[0]), TimeSpan.FromSeconds(pair[1])))]
                : null,
        };
}

using DrChaffee.Domain.Library;

namespace DrChaffee.Web.Features.Watch;

/// <summary>Lines that read as one: of one speaker, without a long pause, ended at a sentence where it grows long.</summary>
/// <param name="OpensTurn">True where somebody else begins to speak.</param>
internal sealed record TranscriptParagraph(string? Speaker, bool OpensTurn, IReadOnlyList<TranscriptSegment> Lines)
{
    private const int LongEnough = 70;
    private const int TooLong = 140;
    private const double LongPause = 4;

    public double Start => Lines[0].Start;

    public static IReadOnlyList<TranscriptParagraph> From(IReadOnlyList<TranscriptSegment> segments)
    {
        List<TranscriptParagraph> paragraphs = [];
        List<TranscriptSegment> lines = [];
        var words = 0;
        for (var i = 0; i < segments.Count; i++)
        {
            lines.Add(segments[i]);
            words += segments[i].Text.AsSpan().Count(' ') + 1;
            if (i + 1 < segments.Count && !Ends(segments[i], segments[i + 1], words)) continue;

            var speaker = lines[0].Speaker;
            paragraphs.Add(new TranscriptParagraph(speaker, paragraphs.Count == 0 || paragraphs[^1].Speaker != speaker, lines));
            (lines, words) = ([], 0);
        }

        return paragraphs;
    }

    /// <summary>The line that a link to a second means: the one that begins within it, or the one that is being spoken.</summary>
    public static TranscriptSegment? At(IReadOnlyList<TranscriptSegment> segments, double second) =>
        segments.FirstOrDefault(s => s.Start >= second && s.Start < second + 1) ?? segments.LastOrDefault(s => s.Start <= second);

    private static bool Ends(TranscriptSegment line, TranscriptSegment next, int words) =>
        next.Speaker != line.Speaker
        || next.Start - line.End > LongPause
        || words >= TooLong
        || (words >= LongEnough && line.Text.TrimEnd('"', '”', '’', ')', ' ') is [.., '.' or '?' or '!' or '…']);
}

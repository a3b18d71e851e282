using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Transcription.Ledger;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Ingestion.Transcription.Local;

/// <summary>What a first model was unsure of, to be heard again by a stronger one, and which of the two to believe.</summary>
internal static class Refinement
{
    /// <summary>Unsure from here on: stricter than the log-probability at which Whisper takes a decoding for failed (-1.0), so that more is heard again than is suspect.</summary>
    public const float Unsure = -0.7f;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(28);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(0.2);

    /// <summary>The lines that are heard again: neighbours together, as long as they fit into one piece.</summary>
    public static IReadOnlyList<DoubtfulSpan> Spans(IReadOnlyList<TranscriptLine> lines, TimeSpan end)
    {
        List<DoubtfulSpan> spans = [];
        for (var from = 0; from < lines.Count;)
        {
            var to = from;
            while (to < lines.Count && IsUnsure(lines[to]) && lines[to].End - lines[from].Start <= Longest) to++;
            if (to > from) spans.Add(new DoubtfulSpan(from, to, Piece(lines, from, to, end)));
            from = Math.Max(to, from + 1);
        }

        return spans;
    }

    /// <summary>The transcript with each span replaced whose second hearing is better; how many were.</summary>
    public static (IReadOnlyList<TranscriptLine> Lines, int Replaced) Choose(IReadOnlyList<TranscriptLine> lines, IReadOnlyList<DoubtfulSpan> spans, IReadOnlyList<IReadOnlyList<TranscriptLine>> again)
    {
        List<TranscriptLine> chosen = [];
        var (next, replaced) = (0, 0);
        for (var i = 0; i < spans.Count; i++)
        {
            var (from, to, _) = spans[i];
            chosen.AddRange(lines.Skip(next).Take(from - next));
            var before = lines.Skip(from).Take(to - from).ToList();
            var better = IsBetter(again[i], before);
            Stitcher.Append(chosen, better ? again[i] : before, cut: null, TimeSpan.Zero);
            (next, replaced) = (to, replaced + (better ? 1 : 0));
        }

        chosen.AddRange(lines.Skip(next));
        return (chosen, replaced);
    }

    /// <summary>Better is what says something, has no fault by its own figures, and is likelier; a second hearing that is as poor replaces nothing.</summary>
    public static bool IsBetter(IReadOnlyList<TranscriptLine> again, IReadOnlyList<TranscriptLine> before)
    {
        if (again.Count == 0 || again.Any(line => line.Quality?.AvgLogprob is null)) return false;
        var (loopsNow, loopsBefore) = (again.Any(Loops), before.Any(Loops));
        return loopsNow == loopsBefore ? Likelihood(again) > Likelihood(before) : loopsBefore;
    }

    private static bool Loops(TranscriptLine line) => CompressionRatio.Of(line.Text) > Suspicion.MostCompression || Loop.In(line.Text) is not null;

    private static bool IsUnsure(TranscriptLine line) => line.Quality?.AvgLogprob < Unsure || Suspicion.IsDoubtful(line);

    /// <summary>Mean log-probability, each line by the letters that it has.</summary>
    private static double Likelihood(IReadOnlyList<TranscriptLine> lines) =>
        lines.Sum(line => line.Text.Length * (double)(line.Quality?.AvgLogprob ?? 0)) / Math.Max(1, lines.Sum(line => line.Text.Length));

    private static AudioPiece Piece(IReadOnlyList<TranscriptLine> lines, int from, int to, TimeSpan end)
    {
        var (start, stop) = (lines[from].Start - Margin, lines[to - 1].End + Margin);
        return new AudioPiece(start > TimeSpan.Zero ? start : TimeSpan.Zero, stop < end ? stop : end);
    }
}

/// <summary>Lines of a transcript, from one to before another, and the piece of the recording in which they are spoken.</summary>
internal readonly record struct DoubtfulSpan(int From, int To, AudioPiece Piece);

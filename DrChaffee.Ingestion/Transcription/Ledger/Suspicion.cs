using System.Globalization;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Ingestion.Transcription.Ledger;

/// <summary>
/// Tells which lines of a transcriber may be invented, and why: silence and loops make Whisper write what nobody said. Nothing is dropped; a line with a reason
/// is kept, left out of search and listed for review. The three figures and their thresholds are those by which <c>openai/whisper</c> (<c>transcribe.py</c>)
/// takes a decoding for failed or silent; those about loops and voices are of our own choosing.
/// </summary>
internal static class Suspicion
{
    /// <summary>A mean log-probability of the tokens below this is a failed decoding (<c>logprob_threshold</c>).</summary>
    public const float LeastLogprob = -1.0f;

    /// <summary>A text that compresses better than this repeats itself (<c>compression_ratio_threshold</c>).</summary>
    public const float MostCompression = 2.4f;

    /// <summary>Above this nobody speaks, unless the words are likely all the same (<c>no_speech_threshold</c>).</summary>
    public const float MostNoSpeech = 0.6f;

    /// <summary>The same text so many times in a row is a loop; the first time may be real.</summary>
    private const int FewestSameLines = 4;

    /// <summary>A line is without a voice if less than this share of it is speech.</summary>
    private const double LeastVoice = 0.1;

    /// <summary>How far a line's times may be off, for an engine that rounds them.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(0.5);

    /// <summary>The same lines, each with its compression ratio and, where there is one, the reason to doubt it.</summary>
    /// <param name="speech">Where a voice is heard, in order; null where that is not known.</param>
    public static IReadOnlyList<TranscriptLine> Mark(IReadOnlyList<TranscriptLine> lines, IReadOnlyList<SpeechStretch>? speech)
    {
        var looping = SameLines(lines);
        return [.. lines.Select((line, i) =>
        {
            var measured = line with { Quality = (line.Quality ?? new LineQuality(null, null, null)) with { CompressionRatio = CompressionRatio.Of(line.Text) } };
            return measured with { SuspectReason = line.SuspectReason ?? (looping[i] is { } times ? $"The same words {times} times in a row." : null) ?? Reason(measured, speech) };
        })];
    }

    /// <summary>True for a line whose own figures say that it failed; a stronger model may hear it better.</summary>
    public static bool IsDoubtful(TranscriptLine line) => ByFigures(line) is not null || Loop.In(line.Text) is not null;

    private static string? Reason(TranscriptLine line, IReadOnlyList<SpeechStretch>? speech) =>
        Loop.In(line.Text) is var (phrase, times) ? $"\"{phrase}\" {times} times in a row."
        : ByFigures(line) ?? (speech is not null && IsWithoutVoice(line, speech) ? "No voice is heard there." : null);

    private static string? ByFigures(TranscriptLine line)
    {
        var (logprob, noSpeech) = (line.Quality?.AvgLogprob, line.Quality?.NoSpeechProb);
        var compression = CompressionRatio.Of(line.Text);
        if (noSpeech > MostNoSpeech && logprob < LeastLogprob) return Sentence($"Probably nobody speaks: no-speech probability {noSpeech:F2}, log-probability {logprob:F2}.");
        if (compression > MostCompression) return Sentence($"The text repeats itself: compression ratio {compression:F1}.");
        return logprob < LeastLogprob ? Sentence($"The words are unlikely: log-probability {logprob:F2}.") : null;
    }

    private static bool IsWithoutVoice(TranscriptLine line, IReadOnlyList<SpeechStretch> speech)
    {
        var voice = SpeechStretch.Within(speech, line.Start - Leeway, line.End + Leeway);
        return voice < LeastVoice * (line.End - line.Start) || voice == TimeSpan.Zero;
    }

    /// <summary>For each line, how often its text comes in a row where that is too often; null for the first of them and for all others.</summary>
    private static int?[] SameLines(IReadOnlyList<TranscriptLine> lines)
    {
        var times = new int?[lines.Count];
        var texts = lines.Select(line => string.Join(' ', Loop.Words(line.Text))).ToArray();
        for (var from = 0; from < lines.Count;)
        {
            var to = from + 1;
            while (to < lines.Count && texts[to] == texts[from]) to++;
            if (to - from >= FewestSameLines && texts[from].Length > 0) Array.Fill(times, to - from, from + 1, to - from - 1);
            from = to;
        }

        return times;
    }

    private static string Sentence(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}

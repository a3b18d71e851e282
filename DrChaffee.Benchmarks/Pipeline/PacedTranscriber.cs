using System.Diagnostics;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription;
using DrChaffee.Ingestion.Transcription.Local;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Benchmarks.Pipeline;

/// <summary>Takes exactly the length of the audio divided by a speed, as a GPU does that nobody else uses. It is given the pieces that Whisper is given, and says what nobody said.</summary>
internal sealed class PacedTranscriber(double speed) : ITranscriber
{
    private const double SecondsALine = 5;

    private long _first;
    private long _last;

    /// <summary>What the engine itself took.</summary>
    public TimeSpan Own { get; private set; }

    /// <summary>From the beginning of its first recording to the end of its last.</summary>
    public TimeSpan Span => Stopwatch.GetElapsedTime(_first, _last);

    public TimeSpan Audio { get; private set; }

    /// <summary>How much of it was heard as speech before it came here; null where that is not known.</summary>
    public TimeSpan? Speech { get; private set; }

    public bool NeedsSamples => true;

    public bool CanTranscribe(FetchedMedia media) => true;

    public async Task<Said> TranscribeAsync(DecodedAudio audio, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        if (_first == 0) _first = started;
        using var wav = WavFile.Open(audio.WavPath!);
        var own = wav.Duration / speed;
        List<TranscriptLine> lines = [];
        foreach (var piece in AudioCutter.Cut(wav, audio.Speech, LocalTranscriber.Rule))
        {
            _ = wav.Read(piece.Start, piece.End);
            lines.AddRange(LinesOf(piece));
            await UntilAsync(started, piece.End / speed, cancellationToken);
            progress.Report(piece.End / wav.Duration);
        }

        await UntilAsync(started, own, cancellationToken);
        if (audio.Speech is { } speech) Speech = speech.Aggregate(Speech ?? TimeSpan.Zero, (sum, stretch) => sum + stretch.Length);
        (Own, Audio, _last) = (Own + own, Audio + wav.Duration, Stopwatch.GetTimestamp());
        return new Said(lines, new EngineStamp("paced", "none", "1"), null, audio.Media.MediaPath, wav.Duration);
    }

    /// <summary>A timer is a few milliseconds late each time; what is over is not waited for again.</summary>
    private static async Task UntilAsync(long started, TimeSpan when, CancellationToken cancellationToken)
    {
        if (when - Stopwatch.GetElapsedTime(started) is var left && left > TimeSpan.Zero) await Task.Delay(left, cancellationToken);
    }

    private static IEnumerable<TranscriptLine> LinesOf(AudioPiece piece)
    {
        var random = new Random((int)piece.Start.TotalMilliseconds);
        for (var at = piece.Start; at < piece.End; at += TimeSpan.FromSeconds(SecondsALine))
            yield return new TranscriptLine(at, at + TimeSpan.FromSeconds(SecondsALine) is var end && end < piece.End ? end : piece.End, Babble.Sentence(random)); // some 150 words a minute, as people talk
    }
}

using System.Diagnostics;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription;

namespace DrChaffee.Benchmarks.Pipeline;

/// <summary>Takes exactly the length of the audio divided by a speed, as a GPU does that nobody else uses, and says what nobody said.</summary>
internal sealed class PacedTranscriber(double speed) : ITranscriber
{
    private const double BytesASecond = 2 * 16_000;
    private const int WavHeader = 44;
    private const double SecondsALine = 5;

    /// <summary>About 150 words a minute, as people talk.</summary>
    private const int WordsALine = 12;

    private static readonly string[] Words =
        "water salt kidney heart sleep light morning walk muscle bone blood sugar liver bread butter egg meat green leaf vitamin mineral doctor patient study years people body brain stress pressure pulse breath".Split(' ');

    private long _first;
    private long _last;

    /// <summary>What the engine itself took.</summary>
    public TimeSpan Own { get; private set; }

    /// <summary>From the beginning of its first recording to the end of its last.</summary>
    public TimeSpan Span => Stopwatch.GetElapsedTime(_first, _last);

    public TimeSpan Audio { get; private set; }

    public bool NeedsSamples => true;

    public bool CanTranscribe(FetchedMedia media) => true;

    public async Task<Said> TranscribeAsync(DecodedAudio audio, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        if (_first == 0) _first = started;
        var length = TimeSpan.FromSeconds((new FileInfo(audio.WavPath!).Length - WavHeader) / BytesASecond);
        var own = length / speed;
        while (own - Stopwatch.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < TimeSpan.FromMilliseconds(500) ? left : TimeSpan.FromMilliseconds(500), cancellationToken);
            progress.Report(Math.Min(1, Stopwatch.GetElapsedTime(started) / own));
        }

        (Own, Audio, _last) = (Own + own, Audio + length, Stopwatch.GetTimestamp());
        return new Said([.. Lines(length)], new EngineStamp("paced", "none", "1"), null, audio.Media.MediaPath, length);
    }

    private static IEnumerable<TranscriptLine> Lines(TimeSpan length)
    {
        var random = new Random((int)length.TotalMilliseconds);
        for (var at = 0.0; at < length.TotalSeconds; at += SecondsALine)
        {
            var text = string.Join(' ', Enumerable.Range(0, WordsALine).Select(_ => Words[random.Next(Words.Length)]));
            yield return new TranscriptLine(TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(Math.Min(at + SecondsALine, length.TotalSeconds)), $"{char.ToUpperInvariant(text[0])}{text[1..]}.");
        }
    }
}

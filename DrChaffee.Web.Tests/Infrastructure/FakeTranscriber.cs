using System.Collections.Concurrent;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>Hears the same in every recording, and remembers which it was given.</summary>
internal sealed class FakeTranscriber : ITranscriber
{
    public ConcurrentBag<string> Heard { get; } = [];

    public ConcurrentBag<long> SampleBytes { get; } = [];

    public IReadOnlyList<TranscriptLine> Lines { get; set; } = [new TranscriptLine(TimeSpan.Zero, TimeSpan.FromSeconds(1), "A tone was heard.")];

    /// <summary>Called for each recording: a test may wait, throw or look here.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public bool NeedsSamples => true;

    public bool CanTranscribe(FetchedMedia media) => true;

    public async Task<Said> TranscribeAsync(DecodedAudio audio, IProgress<double> progress, CancellationToken cancellationToken)
    {
        Heard.Add(Path.GetFileName(audio.Media.MediaPath));
        SampleBytes.Add(new FileInfo(audio.WavPath!).Length);
        await Before(cancellationToken);
        return new Said(Lines, new EngineStamp("fake", "tone", "1"), null, audio.Media.MediaPath, audio.Duration);
    }
}

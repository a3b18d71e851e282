using System.Collections.Concurrent;
using DrChaffee.Ingestion.ModelFiles;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.VoiceActivity;

/// <summary>
/// Finds where somebody speaks, by Silero's model where its file is there. Without it nothing is said about speech: a recording is then taken whole,
/// and no segment is suspected for want of a voice. Reads a recording in pieces, so that ten hours take no more memory than a minute.
/// </summary>
internal sealed partial class VoiceDetector(ModelCatalogue catalogue, ModelSums sums, ILogger<VoiceDetector> logger) : IDisposable
{
    public const string ModelName = "silero-vad";

    private const int BlockWindows = 512; // 16 seconds
    private const int BlocksBetweenTurns = 4;

    private readonly ConcurrentBag<SileroModel> _idle = [];
    private int _told;

    /// <summary>True where the model's file is there.</summary>
    public bool IsHere => catalogue.Find(ModelName) is { } card && catalogue.Missing(card).Count == 0;

    /// <summary>The stretches of speech in order; null where there is no model to tell.</summary>
    /// <param name="wavPath">16 kHz mono PCM.</param>
    public async Task<IReadOnlyList<SpeechStretch>?> DetectAsync(string wavPath, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        if (!IsHere) return Without();
        var model = _idle.TryTake(out var idle) ? idle : new SileroModel(catalogue.PathOf(await sums.RequireAsync(ModelName, ModelKind.VoiceActivity, cancellationToken), FileOf()));
        try
        {
            return await Task.Run(() => Detect(wavPath, model, progress, cancellationToken), cancellationToken);
        }
        finally
        {
            _idle.Add(model);
        }
    }

    public void Dispose()
    {
        foreach (var model in _idle) model.Dispose();
    }

    private ModelFile FileOf() => catalogue.Find(ModelName)!.Files[0];

    private IReadOnlyList<SpeechStretch>? Without()
    {
        if (Interlocked.Exchange(ref _told, 1) == 0) LogWithout(ModelName);
        return null;
    }

    private static IReadOnlyList<SpeechStretch> Detect(string wavPath, SileroModel model, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        using var wav = WavFile.Open(wavPath);
        model.Reset();
        var gate = new SpeechGate(SileroModel.Window);
        var block = new float[SileroModel.Window * BlockWindows];
        var turn = 0;
        for (long at = 0; at < wav.Samples;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = wav.Read(at, block);
            if (read == 0) break;
            for (var i = 0; i < read; i += SileroModel.Window) gate.Add(model.Hear(block.AsSpan(i, Math.Min(SileroModel.Window, read - i))));
            at += read;
            if (++turn % BlocksBetweenTurns == 0) progress?.Report((double)at / wav.Samples);
        }

        return gate.Finish(wav.Samples);
    }

    [LoggerMessage(LogLevel.Information, "Where speech is in a recording is not known without the model {Model}: recordings are transcribed whole.")]
    private partial void LogWithout(string model);
}

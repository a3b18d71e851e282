using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Transcription.Local;
using Whisper.net;

namespace DrChaffee.Ingestion.Transcription.WhisperNet;

/// <summary>
/// A model in memory. Whisper.net does not look whether whisper.cpp had room for a listener's state, and the process would end there and then: what the GPU has
/// free is therefore shared out beforehand, and asked anew whenever nobody listens, for others use it, too.
/// </summary>
/// <param name="need">What it takes of the GPU; null on processors.</param>
/// <param name="free">Asks how many bytes of the GPU are free; null where the driver does not say.</param>
internal sealed class WhisperNetModel(WhisperFactory factory, GpuNeed? need, Func<CancellationToken, Task<long?>> free) : ISpeechModel
{
    private readonly SemaphoreSlim _opening = new(1);
    private long _taken;
    private long? _free;

    public async Task<ISpeechListener> OpenAsync(ListeningOptions options, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            var bytes = need?.Listener(options.Candidates) ?? 0;
            if (bytes > 0) await SeeThatThereIsRoomAsync(bytes, cancellationToken);
            var processor = Build(options);
            Interlocked.Add(ref _taken, bytes);
            return new WhisperNetListener(processor, () => Interlocked.Add(ref _taken, -bytes));
        }
        finally
        {
            _opening.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        factory.Dispose();
        _opening.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SeeThatThereIsRoomAsync(long bytes, CancellationToken cancellationToken)
    {
        var taken = Volatile.Read(ref _taken);
        if (taken == 0) _free = await free(cancellationToken);
        if (_free < taken + bytes) throw new SpeechRoomException($"{_free >> 20} MB of the GPU are free, and one listener takes about {bytes >> 20} MB");
    }

    private WhisperProcessor Build(ListeningOptions options)
    {
        try
        {
            var builder = factory.CreateBuilder()
                .WithThreads(options.Threads).WithNoContext().WithProbabilities().WithTokenTimestamps()
                .WithNoSpeechThreshold(1); // nothing is dropped unseen: what may be silence is told by its figure
            builder = options.Language is { } language ? builder.WithLanguage(language) : builder.WithLanguageDetection();
            builder.WithGreedySamplingStrategy(sampling => sampling.WithBestOf(options.Candidates));
            return builder.Build();
        }
        catch (WhisperModelLoadException ex)
        {
            throw new ModelException($"The Whisper model cannot be loaded: {ex.Message.TrimEnd('.')}.", ex);
        }
    }
}

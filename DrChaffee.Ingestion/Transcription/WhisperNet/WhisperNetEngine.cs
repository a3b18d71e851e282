using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Transcription.Local;
using Whisper.net;
using Whisper.net.LibraryLoader;

namespace DrChaffee.Ingestion.Transcription.WhisperNet;

/// <summary>whisper.cpp in this process, by Whisper.net: on CUDA where the program was built with that and the machine has it, on processors otherwise.</summary>
internal sealed class WhisperNetEngine(bool gpu) : ISpeechEngine
{
    private static readonly RuntimeLibrary[] OnProcessors = [RuntimeLibrary.Cpu, RuntimeLibrary.CpuNoAvx];
    private static readonly RuntimeLibrary[] OnCuda = [RuntimeLibrary.Cuda, RuntimeLibrary.Cuda12];

    private readonly Lazy<string?> _fault = new(() => FaultOf(gpu));

    public string Name => "whisper.net";

    public string Version { get; } = typeof(WhisperFactory).Assembly.GetName().Version?.ToString(3) ?? "";

    public string Device => OnGpu ? "GPU" : "CPU";

    /// <summary>Once a native library is loaded it stays; before that, what is hoped for.</summary>
    public bool OnGpu => RuntimeOptions.LoadedLibrary is { } loaded ? Array.IndexOf(OnCuda, loaded) >= 0 : gpu && Array.Exists(["cuda", "cuda12"], HasRuntime);

    public string? Fault => _fault.Value;

    public async Task<ISpeechModel> LoadAsync(string path, CancellationToken cancellationToken)
    {
        var factory = await Task.Run(() => Load(path), cancellationToken);
        return new WhisperNetModel(factory, new FileInfo(path).Length, OnGpu ? await GpuMemory.FreeAsync(cancellationToken) : null);
    }

    private WhisperFactory Load(string path)
    {
        if (Fault is { } fault) throw new ModelException(fault);
        try
        {
            return WhisperFactory.FromPath(path, new WhisperFactoryOptions { UseGpu = gpu });
        }
        catch (WhisperModelLoadException ex)
        {
            throw new ModelException($"{path} cannot be loaded as a Whisper model: {ex.Message.TrimEnd('.')}.", ex);
        }
    }

    /// <summary>Loads the native library, which stays. Whisper.net has no exception of its own for one that cannot be loaded.</summary>
    private static string? FaultOf(bool gpu)
    {
        try
        {
            if (RuntimeOptions.LoadedLibrary is null) RuntimeOptions.RuntimeLibraryOrder = [.. gpu ? OnCuda : [], .. OnProcessors];
            WhisperFactory.GetRuntimeInfo();
            return null;
        }
        catch (Exception ex) when (RuntimeOptions.LoadedLibrary is null)
        {
            return $"Whisper's native library cannot be loaded on this machine ({ex.Message.ReplaceLineEndings(" ").TrimEnd('.')}); build the program again, see that libgomp1 is installed, or name a server by TRANSCRIPTION_MODEL.";
        }
    }

    private static bool HasRuntime(string name) => Directory.Exists(Path.Combine(AppContext.BaseDirectory, "runtimes", name));
}

/// <summary>
/// A model in memory. Whisper.net does not look whether whisper.cpp had room for a listener's state, and the process would end there and then: what the GPU has
/// free is therefore shared out beforehand, by estimate.
/// </summary>
/// <param name="bytes">Of the model's file.</param>
/// <param name="free">Bytes of the GPU that are free beside it; null on processors, or where that is not known.</param>
internal sealed class WhisperNetModel(WhisperFactory factory, long bytes, long? free) : ISpeechModel
{
    /// <summary>A listener's state is taken to need a third of what its model does, and no less than this: an estimate, which no GPU has confirmed yet.</summary>
    private const long LeastState = 256 << 20;

    private int _open;

    public ISpeechListener Open(ListeningOptions options)
    {
        var state = Math.Max(LeastState, bytes / 3);
        if (free < (Volatile.Read(ref _open) + 1) * state) throw new SpeechMemoryException($"{free >> 20} MB of the GPU are free, and one listener takes about {state >> 20} MB");
        try
        {
            var builder = factory.CreateBuilder()
                .WithThreads(options.Threads).WithNoContext().WithProbabilities().WithTokenTimestamps()
                .WithNoSpeechThreshold(1); // nothing is dropped unseen: what may be silence is told by its figure
            builder = options.Language is { } language ? builder.WithLanguage(language) : builder.WithLanguageDetection();
            builder.WithGreedySamplingStrategy(sampling => sampling.WithBestOf(options.Candidates));
            var processor = builder.Build();
            Interlocked.Increment(ref _open);
            return new WhisperNetListener(processor, () => Interlocked.Decrement(ref _open));
        }
        catch (WhisperModelLoadException ex)
        {
            throw new ModelException($"The Whisper model cannot be loaded: {ex.Message.TrimEnd('.')}.", ex);
        }
    }

    public ValueTask DisposeAsync()
    {
        factory.Dispose();
        return ValueTask.CompletedTask;
    }
}

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

    public string Name => "whisper.net";

    public string Version { get; } = typeof(WhisperFactory).Assembly.GetName().Version?.ToString(3) ?? "";

    public string Device => OnGpu ? "GPU" : "CPU";

    /// <summary>Once a native library is loaded it stays; before that, what is hoped for.</summary>
    public bool OnGpu => RuntimeOptions.LoadedLibrary is { } loaded ? Array.IndexOf(OnCuda, loaded) >= 0 : gpu && Array.Exists(["cuda", "cuda12"], HasRuntime);

    public Task<ISpeechModel> LoadAsync(string path, CancellationToken cancellationToken) => Task.Run<ISpeechModel>(() =>
    {
        try
        {
            if (RuntimeOptions.LoadedLibrary is null) RuntimeOptions.RuntimeLibraryOrder = [.. gpu ? OnCuda : [], .. OnProcessors];
            return new WhisperNetModel(WhisperFactory.FromPath(path, new WhisperFactoryOptions { UseGpu = gpu }));
        }
        catch (WhisperModelLoadException ex)
        {
            throw new ModelException($"{path} cannot be loaded as a Whisper model: {ex.Message.TrimEnd('.')}.", ex);
        }
        catch (Exception ex) when (ex is FileNotFoundException or DllNotFoundException or PlatformNotSupportedException or TypeInitializationException)
        {
            throw new ModelException($"The library of Whisper cannot be loaded on this machine: {ex.Message.ReplaceLineEndings(" ").TrimEnd('.')}.", ex);
        }
    }, cancellationToken);

    private static bool HasRuntime(string name) => Directory.Exists(Path.Combine(AppContext.BaseDirectory, "runtimes", name));
}

/// <summary>A model in memory.</summary>
internal sealed class WhisperNetModel(WhisperFactory factory) : ISpeechModel
{
    public ISpeechListener Open(ListeningOptions options)
    {
        try
        {
            var builder = factory.CreateBuilder()
                .WithThreads(options.Threads).WithNoContext().WithProbabilities().WithTokenTimestamps()
                .WithNoSpeechThreshold(1); // nothing is dropped unseen: what may be silence is told by its figure
            builder = options.Language is { } language ? builder.WithLanguage(language) : builder.WithLanguageDetection();
            builder.WithGreedySamplingStrategy(sampling => sampling.WithBestOf(options.Candidates));
            return new WhisperNetListener(builder.Build());
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

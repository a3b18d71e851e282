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

    private static volatile bool _opened; // CUDA, which stays so when the model has left

    private readonly Lazy<string?> _fault = new(() => FaultOf(gpu));

    public string Name => "whisper.net";

    public string Version { get; } = typeof(WhisperFactory).Assembly.GetName().Version?.ToString(3) ?? "";

    public string Device => OnGpu ? "GPU" : "CPU";

    /// <summary>Once a native library is loaded it stays; before that, what is hoped for.</summary>
    public bool OnGpu => gpu && (RuntimeOptions.LoadedLibrary is { } loaded ? Array.IndexOf(OnCuda, loaded) >= 0 : Array.Exists(["cuda", "cuda12"], HasRuntime));

    public string? Fault => _fault.Value;

    public async Task<ISpeechModel> LoadAsync(string path, CancellationToken cancellationToken)
    {
        if (await Task.Run(() => Fault, cancellationToken) is { } fault) throw new ModelException(fault);
        var need = OnGpu ? GpuNeed.Of(path) : null;
        if (need?.Least(_opened) is { } least && await GpuMemory.FreeAsync(cancellationToken) is { } free && free < least)
            throw new SpeechRoomException($"{free >> 20} MB of the GPU are free, and it takes about {least >> 20} MB");
        var factory = await Task.Run(() => Load(path), cancellationToken);
        _opened |= OnGpu;
        return new WhisperNetModel(factory, need, GpuMemory.FreeAsync);
    }

    private WhisperFactory Load(string path)
    {
        try
        {
            return WhisperFactory.FromPath(path, new WhisperFactoryOptions { UseGpu = OnGpu, UseFlashAttention = OnGpu });
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

using DrChaffee.Ingestion.ModelFiles;
using Microsoft.ML.OnnxRuntime;

namespace DrChaffee.Ingestion.VoiceActivity;

/// <summary>Silero's voice activity model (version 5 or 6) at 16 kHz: 512 samples at a time, with the 64 before them and what it remembers. For one thread.</summary>
internal sealed class SileroModel : IDisposable
{
    public const int Window = 512;
    private const int Context = 64;
    private const int Memory = 2 * 128;

    private static readonly string[] Inputs = ["input", "state", "sr"];
    private static readonly string[] Outputs = ["output", "stateN"];

    private readonly float[] _input = new float[Context + Window];
    private readonly float[] _state = new float[Memory];
    private readonly float[] _next = new float[Memory];
    private readonly float[] _probability = new float[1];
    private readonly RunOptions _runOptions = new();
    private readonly InferenceSession _session;
    private readonly OrtValue[] _given;
    private readonly OrtValue[] _gotten;

    /// <exception cref="ModelException">The file is no such model, or ONNX Runtime cannot be loaded here.</exception>
    public SileroModel(string path)
    {
        try
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, EnableCpuMemArena = false, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            _session = new InferenceSession(path, options);
        }
        catch (Exception ex)
        {
            throw new ModelException($"{path} cannot be loaded: {ex.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}.", ex);
        }

        if (!Inputs.All(_session.InputMetadata.ContainsKey) || !Outputs.All(_session.OutputMetadata.ContainsKey))
        {
            _session.Dispose();
            throw new ModelException($"{path} is no Silero model of version 5 or 6: it takes {string.Join(", ", _session.InputMetadata.Keys)}.");
        }

        _given =
        [
            OrtValue.CreateTensorValueFromMemory(_input, [1, Context + Window]), OrtValue.CreateTensorValueFromMemory(_state, [2, 1, Memory / 2]),
            OrtValue.CreateTensorValueFromMemory([(long)WavFile.Rate], []),
        ];
        _gotten = [OrtValue.CreateTensorValueFromMemory(_probability, [1, 1]), OrtValue.CreateTensorValueFromMemory(_next, [2, 1, Memory / 2])];
    }

    /// <summary>Forgets what it heard, for another recording.</summary>
    public void Reset()
    {
        Array.Clear(_input);
        Array.Clear(_state);
    }

    /// <summary>The probability, 0 to 1, that somebody speaks in the next window; a shorter one is the last, and counts as silent from its end on.</summary>
    public float Hear(ReadOnlySpan<float> window)
    {
        _input.AsSpan(Window).CopyTo(_input);
        window.CopyTo(_input.AsSpan(Context));
        _input.AsSpan(Context + window.Length).Clear();
        _session.Run(_runOptions, Inputs, _given, Outputs, _gotten);
        _next.CopyTo(_state, 0);
        return _probability[0];
    }

    public void Dispose()
    {
        foreach (var value in _given.Concat(_gotten)) value.Dispose();
        _session.Dispose();
        _runOptions.Dispose();
    }
}

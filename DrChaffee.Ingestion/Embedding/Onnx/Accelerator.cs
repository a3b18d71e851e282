using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace DrChaffee.Ingestion.Embedding.Onnx;

/// <summary>Opens models on what this machine has: its GPU where the program was built for it and the settings allow it, its processors otherwise.</summary>
internal static partial class Accelerator
{
    /// <summary>What the program was built with, for <c>drchaffee doctor</c>.</summary>
    public static string BuiltWith
    {
        get
        {
            var name = "CPU";
            Describe(ref name);
            return name;
        }
    }

    /// <param name="gpu">This machine has a GPU, and the settings allow it.</param>
    public static InferenceSession Open(string graph, bool gpu, ILogger logger)
    {
        if (gpu)
        {
            try
            {
                OrtEnv.Instance().EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL; // what fails is thrown, and logged here
                using var options = Options();
                var added = false;
                AddGpu(options, ref added);
                if (added) return new InferenceSession(graph, options);
            }
            catch (Exception ex) when (ex is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
            {
                LogWithoutGpu(logger, Path.GetFileName(Path.GetDirectoryName(graph)) ?? graph, ex.Message.ReplaceLineEndings(" "));
            }
        }

        using var onProcessors = Options();
        return new InferenceSession(graph, onProcessors);
    }

    /// <summary>One processor is left to whatever else this machine does, and memory goes back after each batch: the machines are small.</summary>
    private static SessionOptions Options()
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = Math.Max(1, Environment.ProcessorCount - 1),
            EnableCpuMemArena = false,
            EnableMemoryPattern = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    static partial void Describe(ref string name);

    static partial void AddGpu(SessionOptions options, ref bool added);

    [LoggerMessage(LogLevel.Warning, "{Model} runs on the processors, for the GPU cannot be used: {Reason}")]
    private static partial void LogWithoutGpu(ILogger logger, string model, string reason);
}

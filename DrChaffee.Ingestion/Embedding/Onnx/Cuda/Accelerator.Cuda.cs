using Microsoft.ML.OnnxRuntime;

namespace DrChaffee.Ingestion.Embedding.Onnx;

internal static partial class Accelerator
{
    static partial void Describe(ref string name) => name = "CPU and CUDA";

    static partial void AddGpu(SessionOptions options, ref bool added)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string>(StringComparer.Ordinal) { ["use_tf32"] = "0" }); // vectors are those that processors make, who may embed the questions
        options.AppendExecutionProvider_CUDA(cuda);
        added = true;
    }
}

using Microsoft.ML.OnnxRuntime;

namespace DrChaffee.Ingestion.Embedding.Onnx;

internal static partial class Accelerator
{
    static partial void Describe(ref string name) => name = "CPU and CUDA";

    static partial void AddGpu(SessionOptions options, ref bool added)
    {
        options.AppendExecutionProvider_CUDA(0);
        added = true;
    }
}

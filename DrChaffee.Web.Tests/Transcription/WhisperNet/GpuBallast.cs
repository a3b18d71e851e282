using System.Runtime.InteropServices;
using DrChaffee.Ingestion.Transcription.WhisperNet;

namespace DrChaffee.Web.Tests.Transcription.WhisperNet;

/// <summary>Memory of the GPU that something else than the transcriber holds.</summary>
internal sealed class GpuBallast : IDisposable
{
    private readonly nint _library = NativeLibrary.Load("libcudart.so.13");
    private nint _block;

    private delegate int Allocate(out nint block, nuint size);

    private delegate int Free(nint block);

    /// <summary>Takes what is free but for so many bytes.</summary>
    public async Task LeaveAsync(long bytes, CancellationToken cancellationToken)
    {
        Release();
        var allocate = Marshal.GetDelegateForFunctionPointer<Allocate>(NativeLibrary.GetExport(_library, "cudaMalloc"));
        Assert.Equal(0, allocate(out var first, 1 << 20)); // CUDA takes its own part first
        _block = first;
        var free = (await GpuMemory.FreeAsync(cancellationToken))!.Value;
        Release();
        Assert.Equal(0, allocate(out _block, (nuint)(free - bytes)));
    }

    public void Dispose()
    {
        Release();
        NativeLibrary.Free(_library);
    }

    private void Release()
    {
        if (_block != 0) Assert.Equal(0, Marshal.GetDelegateForFunctionPointer<Free>(NativeLibrary.GetExport(_library, "cudaFree"))(_block));
        _block = 0;
    }
}

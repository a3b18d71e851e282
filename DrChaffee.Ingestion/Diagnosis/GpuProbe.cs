using DrChaffee.Domain.Settings;

namespace DrChaffee.Ingestion.Diagnosis;

/// <summary>Whether this machine has an NVIDIA GPU that the settings allow.</summary>
public sealed class GpuProbe(ChaffeeSettings settings)
{
    /// <summary>What the driver makes on Linux, in WSL and on Windows.</summary>
    private static readonly string[] DriverFiles =
        ["/dev/nvidia0", "/usr/lib/wsl/lib/libcuda.so.1", Path.Combine(Environment.SystemDirectory, "nvcuda.dll")];

    public bool IsAvailable { get; } = settings.GpuAllowed && DriverFiles.Any(File.Exists);
}

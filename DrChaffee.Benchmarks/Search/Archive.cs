using System.Diagnostics;

namespace DrChaffee.Benchmarks.Search;

/// <summary>Unpacks what the corpora are packed in, by the system's own tar and xz.</summary>
internal static class Archive
{
    public static void Unpack(string archive, string folder)
    {
        Directory.CreateDirectory(folder);
        using var process = Process.Start(new ProcessStartInfo("tar", ["-xJf", archive, "-C", folder])) ?? throw new InvalidOperationException("tar did not start.");
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidDataException($"tar could not read {archive} (exit code {process.ExitCode}).");
    }
}

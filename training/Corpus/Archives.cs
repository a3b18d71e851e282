using System.Diagnostics;

namespace DrChaffee.Training.Corpus;

/// <summary>Unpacks what the corpora are packed in, by the system's own tar and xz.</summary>
internal static class Archives
{
    public static void Unpack(string archive, string folder)
    {
        Directory.CreateDirectory(folder);
        Run("tar", ["-xJf", archive, "-C", folder]);
    }

    public static IEnumerable<string> ReadLines(string packed)
    {
        using var process = Start("xz", ["-dc", packed]);
        while (process.StandardOutput.ReadLine() is { } line) yield return line;
        Finish(process, "xz");
    }

    private static void Run(string program, string[] arguments)
    {
        using var process = Start(program, arguments);
        process.StandardOutput.ReadToEnd();
        Finish(process, program);
    }

    private static Process Start(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false }) ?? throw new InvalidOperationException($"{program} did not start.");

    private static void Finish(Process process, string program)
    {
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidDataException($"{program} could not read the archive (exit code {process.ExitCode}).");
    }
}

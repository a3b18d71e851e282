using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using CliWrap;

namespace DrChaffee.Ingestion.Tools;

/// <summary>
/// Starts programs that read what strangers made, with limits that the kernel keeps: of memory, of the size of a file, of open files. That takes Linux and <c>prlimit</c> of
/// util-linux; elsewhere only their time is limited.
/// </summary>
/// <param name="Memory">In bytes; null: without a limit. What is written to counts, not what is only set aside, of which JavaScript engines take terabytes.</param>
/// <param name="LargestFile">In bytes.</param>
internal sealed partial record BoundedTool(long? Memory, long LargestFile)
{
    private const int MostOpenFiles = 256;
    private const int FileTooLargeSignal = 128 + 25;

    private static readonly ConcurrentDictionary<string, bool> Tried = new();

    public Command Wrap(string program, IEnumerable<string> arguments)
    {
        if (!OperatingSystem.IsLinux() || OnPath("prlimit") is not { } prlimit || OnPath(program) is not { } path) return Cli.Wrap(program).WithArguments(arguments); // one that is missing says so itself
        string[] limits = [.. Limits()];
        return Tried.GetOrAdd(string.Join(' ', limits), _ => Works(prlimit, limits))
            ? Cli.Wrap(prlimit).WithArguments([.. limits, "--", path, .. arguments])
            : Cli.Wrap(program).WithArguments(arguments);
    }

    /// <summary>Which limit a program met, by how it ended and what it complained of; null for none.</summary>
    public ToolLimit? Exceeded(int exitCode, string complaints)
    {
        if (exitCode == 0) return null;
        if (exitCode == FileTooLargeSignal || TooLarge().IsMatch(complaints)) return ToolLimit.LargestFile;
        return Memory is not null && NoMemory().IsMatch(complaints) ? ToolLimit.Memory : null;
    }

    private IEnumerable<string> Limits()
    {
        if (Memory is { } memory) yield return $"--data={memory.ToString(CultureInfo.InvariantCulture)}";
        yield return $"--fsize={LargestFile.ToString(CultureInfo.InvariantCulture)}";
        yield return $"--nofile={MostOpenFiles.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>A container may forbid it, or allow less already.</summary>
    private static bool Works(string prlimit, string[] limits)
    {
        using var trial = Process.Start(new ProcessStartInfo(prlimit, [.. limits, "--", prlimit, "--version"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        trial.StandardOutput.ReadToEnd();
        trial.WaitForExit();
        return trial.ExitCode == 0;
    }

    private static string? OnPath(string program) => program.Contains('/', StringComparison.Ordinal)
        ? File.Exists(program) ? program : null
        : Environment.GetEnvironmentVariable("PATH")?.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private const RegexOptions Words = RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    [GeneratedRegex("cannot allocate|out of memory|memory exhausted|MemoryError|bad_alloc", Words)]
    private static partial Regex NoMemory();

    [GeneratedRegex("file too large|file size limit", Words)]
    private static partial Regex TooLarge();
}

internal enum ToolLimit
{
    Memory,
    LargestFile,
}

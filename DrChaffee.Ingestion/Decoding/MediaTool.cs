using System.ComponentModel;
using CliWrap;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Tools;

namespace DrChaffee.Ingestion.Decoding;

/// <summary>Runs ffmpeg and ffprobe: arguments as a list, limits of time, memory and files, and what they complain of kept.</summary>
internal static class MediaTool
{
    /// <summary>That of a WAV file; a day of speech is 2.8 GB.</summary>
    private const long LargestFile = 4_294_967_295;

    /// <param name="memory">The most it may take, in bytes; null: without a limit. Decoding speech takes 50 MB, ffmpeg's own libraries included.</param>
    public static async Task RunAsync(string program, IReadOnlyList<string> arguments, PipeTarget output, TimeSpan limit, long? memory, CancellationToken cancellationToken)
    {
        var bounded = new BoundedTool(memory, LargestFile);
        var complaints = new LastLines(20);
        using var deadline = new CancellationTokenSource(limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var result = await bounded.Wrap(program, arguments)
                .WithStandardOutputPipe(output)
                .WithStandardErrorPipe(PipeTarget.ToDelegate(complaints.Add))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(either.Token);
            if (bounded.Exceeded(result.ExitCode, complaints.ToString()) is { } exceeded) throw TooMuch(program, exceeded, memory, complaints);
            if (result.ExitCode != 0) throw Broken(program, arguments[^1], complaints, result.ExitCode);
        }
        catch (OperationCanceledException ex) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SourceFailedException(FailureClass.Broken, $"{Path.GetFileName(program)} did not finish within {limit.TotalMinutes:F0} minutes.", ex);
        }
        catch (Win32Exception ex)
        {
            throw new MediaToolMissingException(program, ex);
        }
    }

    private static SourceFailedException TooMuch(string program, ToolLimit exceeded, long? memory, LastLines complaints) => new(
        FailureClass.Broken,
        exceeded == ToolLimit.Memory
            ? $"The media is damaged, or made to do harm: {Path.GetFileName(program)} asks for more than {memory / 1_000_000} MB of memory (TOOL_MEMORY_MB)."
            : $"The media is damaged, or made to do harm: {Path.GetFileName(program)} writes more than {LargestFile / 1_000_000} MB for it.",
        new InvalidDataException($"{program} met a limit:{Environment.NewLine}{complaints}"));

    private static SourceFailedException Broken(string program, string file, LastLines complaints, int exitCode) => new(
        FailureClass.Broken,
        $"The media cannot be read: {complaints.Last?.Replace(file, Path.GetFileName(file), StringComparison.Ordinal).TrimEnd('.') ?? "it is damaged or of an unknown kind"}.",
        new InvalidDataException($"{program} ended with {exitCode}:{Environment.NewLine}{complaints}"));

    private sealed class LastLines(int limit)
    {
        private readonly Queue<string> _lines = new();

        public string? Last { get; private set; }

        public void Add(string line)
        {
            if (string.IsNullOrWhiteSpace(line)) return;
            Last = line.Trim();
            _lines.Enqueue(Last);
            if (_lines.Count > limit) _lines.Dequeue();
        }

        public override string ToString() => string.Join(Environment.NewLine, _lines);
    }
}

/// <summary>ffmpeg or ffprobe is not installed.</summary>
internal sealed class MediaToolMissingException(string program, Exception inner)
    : IngestionException($"{program} cannot be started: install ffmpeg, or name it in FFMPEG_PATH and FFPROBE_PATH.", inner);

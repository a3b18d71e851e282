using System.Globalization;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Commands;

/// <summary>Shows a run on standard error: a bar on a terminal, a line for each source that ends otherwise.</summary>
internal sealed class TerminalProgress : IProgress<RunUpdate>, IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(100);

    private readonly bool _terminal = !Console.IsErrorRedirected;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly Lock _drawing = new();
    private long _lastDrawn;
    private bool _drawn;

    /// <summary>True where a person sees both streams: what failed is told as it happens, and the report at the end leaves it out.</summary>
    public static bool TellsFailures => !Console.IsErrorRedirected && !Console.IsOutputRedirected;

    public void Report(RunUpdate value)
    {
        lock (_drawing)
        {
            if (value.Event.Kind == IngestionEventKind.Waiting || (value.Event.Kind == IngestionEventKind.Failed && TellsFailures)) WriteLine($"{SnakeCase.Name(value.Event.Kind)}: {value.Event.Title}: {value.Event.Message}");
            if (!_terminal || (_drawn && _time.GetElapsedTime(_lastDrawn) < RedrawEvery && value.Event.Kind != IngestionEventKind.RunFinished)) return;
            _lastDrawn = _time.GetTimestamp();
            _drawn = true;
            Console.Error.Write($"\r{Cut(Bar(value))}\u001b[K");
        }
    }

    /// <summary>Leaves the cursor on a line of its own.</summary>
    public void Dispose()
    {
        lock (_drawing)
        {
            if (_drawn) Console.Error.WriteLine();
            _drawn = false;
        }
    }

    private static string Bar(RunUpdate update)
    {
        var counts = update.Counts;
        var share = counts.Found == 0 ? 0 : (double)counts.Ended / counts.Found;
        var filled = (int)(share * BarWidth);
        var stage = update.Event is { Title: { } title, Stage: { } now }
            ? string.Create(CultureInfo.InvariantCulture, $"  {SnakeCase.Name(now).Replace('_', ' ')}{(update.Event.Progress is { } done ? $" {done:P0}" : "")}: {title}")
            : "";
        return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {counts.Ended}/{counts.Found}{(counts.Failed > 0 ? $", {counts.Failed} failed" : "")}{stage}";
    }

    private static string Cut(string line)
    {
        var width = Math.Max(20, Console.WindowWidth - 1);
        return line.Length <= width ? line : line[..width];
    }

    private void WriteLine(string line) => Console.Error.WriteLine(_drawn ? $"\r{line}\u001b[K" : line);
}

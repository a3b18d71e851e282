using System.Globalization;

namespace DrChaffee.Ingestion.Machine;

/// <summary>How busy the processors were since the reading before.</summary>
/// <param name="file">Where Linux counts the time that its processors spent, since the start, by what they did.</param>
internal sealed class ProcessorMeter(TimeProvider time, string file = "/proc/stat")
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30); // what was before is no news

    private Sample? _last;

    /// <summary>Waits a moment where there is no reading before, or an old one.</summary>
    public async Task<ProcessorLoad> ReadAsync(CancellationToken cancellationToken)
    {
        if (_last is null || time.GetElapsedTime(_last.At) is var age && (age > Longest || age < Shortest))
        {
            _last = Take();
            await Task.Delay(Shortest, time, cancellationToken);
        }

        var (before, now) = (_last, Take());
        _last = now;
        var whole = now.Whole - before.Whole;
        return new ProcessorLoad(Environment.ProcessorCount, whole > 0 ? Math.Clamp((now.Busy - before.Busy) / whole, 0, 1) : 0);
    }

    private Sample Take()
    {
        var at = time.GetTimestamp();
        try
        {
            using var lines = new StreamReader(file);
            if (Read(lines.ReadLine()) is var (busy, whole)) return new Sample(at, busy, whole);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // No Linux, or one that hides it.
        }

        return new Sample(at, Environment.CpuUsage.TotalTime.TotalSeconds, Environment.ProcessorCount * time.GetElapsedTime(0, at).TotalSeconds);
    }

    /// <summary>A line such as <c>cpu  4705 150 1120 16250 520 0 30 0 0 0</c>: user, nice, system, idle, waiting for a disk, interrupts, other machines' time; guests' time is in the user's.</summary>
    private static (double Busy, double Whole)? Read(string? line)
    {
        if (line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not ["cpu", .. { Length: >= 5 } fields]) return null;
        var ticks = fields.Take(8).Select(field => double.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToList();
        var whole = ticks.Sum();
        return (whole - ticks[3] - ticks[4], whole);
    }

    private sealed record Sample(long At, double Busy, double Whole);
}

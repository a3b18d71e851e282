using System.Globalization;

namespace DrChaffee.Ingestion.Machine;

/// <summary>Tells the memory in use: of this process, and of the machine or the container that it runs in, whichever has less.</summary>
/// <param name="root">Where Linux's own files begin.</param>
internal sealed class MemoryMeter(string root = "/")
{
    public MemoryLoad Read()
    {
        var process = Environment.WorkingSet;
        if (OfMachine() is not var (total, available))
        {
            var known = GC.GetGCMemoryInfo();
            return new MemoryLoad(process, known.TotalAvailableMemoryBytes, Math.Max(0, known.TotalAvailableMemoryBytes - known.MemoryLoadBytes));
        }

        return OfContainer() is var (limit, used) && limit < total
            ? new MemoryLoad(process, limit, Math.Min(available, Math.Max(0, limit - used)))
            : new MemoryLoad(process, total, available);
    }

    private (long Total, long Available)? OfMachine()
    {
        var facts = Facts("proc/meminfo");
        return facts.TryGetValue("MemTotal:", out var total) && facts.TryGetValue("MemAvailable:", out var available) ? (total * 1024, available * 1024) : null;
    }

    /// <summary>What the kernel would give back, as files it has read, does not count as used.</summary>
    private (long Limit, long Used)? OfContainer()
    {
        if (Number("sys/fs/cgroup/memory.max") is { } limit && Number("sys/fs/cgroup/memory.current") is { } used)
            return (limit, used - Facts("sys/fs/cgroup/memory.stat").GetValueOrDefault("inactive_file"));
        return Number("sys/fs/cgroup/memory/memory.limit_in_bytes") is { } older && Number("sys/fs/cgroup/memory/memory.usage_in_bytes") is { } usage
            ? (older, usage - Facts("sys/fs/cgroup/memory/memory.stat").GetValueOrDefault("total_inactive_file"))
            : null;
    }

    private long? Number(string file) => Text(file) is { } text && long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Lines of a name and a number.</summary>
    private Dictionary<string, long> Facts(string file)
    {
        Dictionary<string, long> facts = new(StringComparer.Ordinal);
        foreach (var line in Text(file)?.Split('\n') ?? [])
        {
            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var name, var amount, ..] && long.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                facts[name] = number;
        }

        return facts;
    }

    private string? Text(string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(root, file));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

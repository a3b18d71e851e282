using System.Globalization;

namespace DrChaffee.Web.Features.Guard;

/// <summary>The last lines that this process logged, without secrets, for whoever helps an operator.</summary>
internal sealed class RecentLog(TimeProvider time)
{
    public const int Most = 1_000;
    private const int LongestLine = 4_000;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    /// <param name="text">Already without secrets, as the exception's text is.</param>
    public void Add(LogLevel level, string category, string text, string? thrown)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {level} {category}: {text}{(thrown is null ? "" : $"\n{thrown}")}");
        if (line.Length > LongestLine) line = $"{line[..LongestLine]}…";
        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Most) _lines.Dequeue();
        }
    }
}

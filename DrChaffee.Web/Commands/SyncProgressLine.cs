using System.Globalization;
using DrChaffee.Domain.Sync;

namespace DrChaffee.Web.Commands;

/// <summary>One line on standard error that rewrites itself, on a terminal only.</summary>
internal sealed class SyncProgressLine : IProgress<SyncProgress>, IDisposable
{
    private bool _drawn;

    /// <summary>Who else wants to know.</summary>
    public IProgress<SyncProgress>? Then { get; set; }

    public void Report(SyncProgress value)
    {
        Then?.Report(value);
        if (Console.IsErrorRedirected) return;
        var line = string.Create(CultureInfo.InvariantCulture, $"{value.Done:N0} of {value.Total:N0} recordings  {value.Title}");
        Console.Error.Write($"\r{line[..Math.Min(line.Length, Math.Max(20, Console.WindowWidth - 1))]}\u001b[K");
        _drawn = true;
    }

    public void Dispose()
    {
        if (_drawn) Console.Error.WriteLine();
    }
}

using System.Diagnostics;

namespace DrChaffee.Benchmarks.Load;

/// <summary>A thread that does nothing but sleep: how late it wakes is what the machine and this process add to any time that is measured here.</summary>
internal sealed class Sleeper : IDisposable
{
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(5);

    private readonly Thread _thread;
    private volatile bool _stopped;
    private TimeSpan _latest;

    public Sleeper()
    {
        _thread = new Thread(Sleep) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>How many milliseconds too late it woke at most; it sleeps no more.</summary>
    public double StopAndTell()
    {
        Dispose();
        return Math.Round(_latest.TotalMilliseconds, 2);
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }

    private void Sleep()
    {
        while (!_stopped)
        {
            var started = Stopwatch.GetTimestamp();
            Thread.Sleep(Nap);
            var late = Stopwatch.GetElapsedTime(started) - Nap;
            if (late > _latest) _latest = late;
        }
    }
}

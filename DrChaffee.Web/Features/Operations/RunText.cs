using System.Globalization;
using DrChaffee.Domain.Operations;
using DrChaffee.Web.Layout;

namespace DrChaffee.Web.Features.Operations;

/// <summary>A run's figures in words.</summary>
internal static class RunText
{
    public static string Word(RunState state, bool paused = false) => state switch
    {
        RunState.Running when paused => "paused",
        RunState.Running => "running",
        RunState.Finished => "finished",
        RunState.Stopped => "stopped",
        _ => "failed",
    };

    public static string Colour(RunState state, bool paused = false) => state switch
    {
        RunState.Running when paused => "state-waiting",
        RunState.Running => "state-working",
        RunState.Finished => "state-done",
        RunState.Stopped => "state-waiting",
        _ => "state-failed",
    };

    /// <summary>False for one that took up what was queued where nothing was, and ended well: it would only push away what did something.</summary>
    public static bool HasNews(RunProgress run) => run is not { State: RunState.Finished, Planned: null, Found: 0 };

    /// <summary>How much of what it works on has ended, 0 to 1.</summary>
    public static double Share(RunProgress run) => Most(run) is > 0 and var most ? (double)run.Ended / most : 0;

    public static string Counts(RunProgress run)
    {
        if (run.Planned is null && run.Found == 0) return run.State == RunState.Running ? "looking for recordings" : "nothing was taken in";
        List<string> parts = [Most(run) == 0 ? "nothing to do" : $"{run.Ended} of {Most(run)}"];
        if (Most(run) > 0) parts.Add($"{run.Done} done");
        if (run.Skipped > 0) parts.Add($"{run.Skipped} passed by");
        if (run.Waiting > 0) parts.Add($"{run.Waiting} waiting");
        if (run.Failed > 0) parts.Add($"{run.Failed} failed");
        return string.Join(" · ", parts);
    }

    /// <summary>How fast it is, and for how long it goes on or went on.</summary>
    public static string Pace(RunProgress run)
    {
        List<string> parts = [];
        if (run.Audio > TimeSpan.Zero) parts.Add($"{Spoken.Length(run.Audio.TotalSeconds)}{(run.PlannedDuration is { } all && run.State == RunState.Running ? $" of {Spoken.Length(all.TotalSeconds)}" : "")} of audio");
        if (run.Speed is { } speed) parts.Add(Times(speed));
        if (run.SecondsLeft is { } left) parts.Add($"about {Spoken.Length(left)} left");
        if (run.FinishedAt is { } finished) parts.Add($"took {Spoken.Length((finished - run.StartedAt).TotalSeconds)}");
        return string.Join(" · ", parts);
    }

    /// <summary><c>4.8×</c>, <c>52×</c> real time.</summary>
    public static string Times(double speed) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(speed, speed < 9.95 ? 1 : 0)}×");

    private static int Most(RunProgress run) => Math.Max(run.Planned ?? run.Found - run.Skipped, run.Ended);
}

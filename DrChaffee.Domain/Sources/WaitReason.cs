using System.Globalization;

namespace DrChaffee.Domain.Sources;

/// <summary>All that decides whether a source may be worked on now.</summary>
public sealed record SourceStanding
{
    public required SourceState State { get; init; }
    public string? StateReason { get; init; }
    public FailureClass? FailureClass { get; init; }
    public int Attempts { get; init; }
    public DateTimeOffset? NextTryAt { get; init; }
    public DateTimeOffset? LeaseUntil { get; init; }
    public bool SetAside { get; init; }

    /// <summary>False where nobody knows how to get its media: a transcript that was imported, for one.</summary>
    public bool HasFetchPlan { get; init; } = true;

    /// <summary>The file that it is to be read from, where this machine does not have it.</summary>
    public string? MissingFile { get; init; }
    public string? ChannelTitle { get; init; }
    public bool ChannelPaused { get; init; }
    public TimeOnly? ActiveFrom { get; init; }
    public TimeOnly? ActiveTo { get; init; }

    /// <summary>The host that its media comes from; null for a file.</summary>
    public string? Host { get; init; }

    /// <summary>Until then the host is left alone.</summary>
    public DateTimeOffset? HostOpenUntil { get; init; }
    public string? HostReason { get; init; }

    /// <summary>An admin paused everything.</summary>
    public bool AllPaused { get; init; }
}

/// <summary>Says in a sentence why a source waits: the same rule lets a run take it and tells a page why none does.</summary>
public static class WaitReason
{
    /// <summary>For a person; null where it does not wait: it is done, or somebody works on it.</summary>
    public static string? Of(SourceStanding source, DateTimeOffset now, TimeZoneInfo zone) =>
        source.State == SourceState.Done || source.LeaseUntil > now ? null : Obstacle(source, now, zone) ?? "It waits for its turn.";

    /// <summary>What keeps a run on this machine from taking the source now; null where nothing does.</summary>
    public static string? Obstacle(SourceStanding source, DateTimeOffset now, TimeZoneInfo zone) => source switch
    {
        { State: SourceState.Done } => "It is done.",
        { LeaseUntil: { } until } when until > now => "A process works on it.",
        { SetAside: true } => "It was set aside; let it go to have it worked on.",
        { State: SourceState.Waiting, NextTryAt: null } => source.StateReason ?? "It waits for something outside.",
        { State: SourceState.Failed, NextTryAt: null } => $"It failed{Times(source.Attempts)} and waits for a person: retry it, or set it aside.",
        { HasFetchPlan: false } => "It came as a transcript and has no media to fetch; import its file again.",
        { NextTryAt: { } next } when next > now => $"It failed{Times(source.Attempts)} and is tried again {At(next, now, zone)}.",
        { AllPaused: true } => "Everything is paused.",
        { ChannelPaused: true } => $"Its channel{Named(source.ChannelTitle)} is paused.",
        { ActiveFrom: { } from, ActiveTo: { } to } when !IsWithin(from, to, TimeZoneInfo.ConvertTime(now, zone)) =>
            string.Create(CultureInfo.InvariantCulture, $"Its channel{Named(source.ChannelTitle)} is worked on from {from:HH\\:mm} to {to:HH\\:mm} only."),
        { Host: { } host, HostOpenUntil: { } open } when open > now => $"{host} is left alone until {Clock(open, now, zone)}: {source.HostReason ?? "it failed several times"}",
        { MissingFile: { } file } => $"This machine does not have the file {file}.",
        _ => null,
    };

    /// <param name="to">Not included; before <paramref name="from"/> where the hours reach over midnight; equal to it for the whole day.</param>
    public static bool IsWithin(TimeOnly from, TimeOnly to, DateTimeOffset local) => from == to || TimeOnly.FromDateTime(local.DateTime).IsBetween(from, to);

    private static string At(DateTimeOffset when, DateTimeOffset now, TimeZoneInfo zone) =>
        (TimeZoneInfo.ConvertTime(when, zone).Date == TimeZoneInfo.ConvertTime(now, zone).Date ? "at " : "on ") + Clock(when, now, zone);

    private static string Clock(DateTimeOffset when, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(when, zone);
        return local.ToString(local.Date == TimeZoneInfo.ConvertTime(now, zone).Date ? "HH:mm" : "d MMMM, HH:mm", CultureInfo.InvariantCulture);
    }

    private static string Times(int attempts) => attempts < 2 ? "" : string.Create(CultureInfo.InvariantCulture, $" {attempts} times");

    private static string Named(string? title) => title is null ? "" : $" {title}";
}

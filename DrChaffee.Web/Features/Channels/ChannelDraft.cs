using System.Globalization;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Discovery;

namespace DrChaffee.Web.Features.Channels;

/// <summary>The settings of a channel as a form holds them, before anything of it is known to be usable.</summary>
public sealed class ChannelDraft
{
    /// <summary>What a new channel begins with.</summary>
    public static readonly ChannelSettings Suggested = new() { RescanEvery = TimeSpan.FromDays(1), Filter = new RecordingFilter { SkipShorts = true } };

    /// <summary>In minutes; empty: only when asked.</summary>
    public string Every { get; set; } = "";
    public string Priority { get; set; } = "";
    public string ActiveFrom { get; set; } = "";
    public string ActiveTo { get; set; } = "";
    public bool SkipShorts { get; set; }
    public bool SkipMembersOnly { get; set; }

    /// <summary>In minutes.</summary>
    public string Shortest { get; set; } = "";

    /// <summary>In minutes.</summary>
    public string Longest { get; set; } = "";
    public string Since { get; set; } = "";

    /// <summary>One pattern a line.</summary>
    public string Titles { get; set; } = "";
    public string NotTitles { get; set; } = "";
    public bool Paused { get; set; }

    public static ChannelDraft Of(ChannelSettings settings) => new()
    {
        Every = Text(settings.RescanEvery),
        Priority = settings.Priority == 0 ? "" : settings.Priority.ToString(CultureInfo.InvariantCulture),
        ActiveFrom = Text(settings.ActiveFrom),
        ActiveTo = Text(settings.ActiveTo),
        SkipShorts = settings.Filter.SkipShorts,
        SkipMembersOnly = settings.Filter.SkipMembersOnly,
        Shortest = Text(settings.Filter.Shortest),
        Longest = Text(settings.Filter.Longest),
        Since = settings.Filter.Since?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
        Titles = string.Join('\n', settings.Filter.Titles),
        NotTitles = string.Join('\n', settings.Filter.NotTitles),
        Paused = settings.Paused,
    };

    /// <param name="fault">What cannot be read, in a sentence.</param>
    public ChannelSettings? Read(out string? fault)
    {
        string? found = null;
        var settings = new ChannelSettings
        {
            RescanEvery = Minutes("The interval", Every),
            Priority = Priority.Trim().Length == 0 ? 0 : int.TryParse(Priority, CultureInfo.InvariantCulture, out var priority) ? priority : Fault(0, $"The priority is '{Priority}'; write a whole number."),
            ActiveFrom = Hour(ActiveFrom),
            ActiveTo = Hour(ActiveTo),
            Paused = Paused,
            Filter = new RecordingFilter
            {
                SkipShorts = SkipShorts,
                SkipMembersOnly = SkipMembersOnly,
                Shortest = Minutes("The shortest length", Shortest),
                Longest = Minutes("The longest length", Longest),
                Since = Since.Trim().Length == 0 ? null : DateOnly.TryParseExact(Since.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : Fault<DateOnly?>(null, $"The day is '{Since}'; write a day such as 2024-05-31."),
                Titles = Lines(Titles),
                NotTitles = Lines(NotTitles),
            },
        };
        fault = found;
        return fault is null ? settings : null;

        TimeSpan? Minutes(string name, string text) => text.Trim().Length == 0 ? null
            : double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var minutes) && minutes < 1e6 ? TimeSpan.FromMinutes(minutes)
            : Fault<TimeSpan?>(null, $"{name} is '{text}'; write a number of minutes.");

        TimeOnly? Hour(string text) => text.Trim().Length == 0 ? null
            : TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : Fault<TimeOnly?>(null, $"The time is '{text}'; write a time such as 22:30.");

        T Fault<T>(T nothing, string sentence)
        {
            found ??= sentence;
            return nothing;
        }
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Text(TimeSpan? time) => time?.TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture) ?? "";

    private static string Text(TimeOnly? time) => time?.ToString("HH:mm", CultureInfo.InvariantCulture) ?? "";
}

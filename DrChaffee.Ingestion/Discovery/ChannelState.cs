using DrChaffee.Domain.Sources;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>A channel as its page shows it.</summary>
/// <param name="CheckFault">Why the last look failed, in a sentence; null where it went well.</param>
/// <param name="Sources">How many of its recordings the library knows.</param>
/// <param name="Done">How many of those can be searched.</param>
public sealed record ChannelState(long Id, string Kind, string Address, string Title, ChannelSettings Settings, DateTimeOffset? CheckedAt, string? CheckFault, int Sources, int Done);

/// <summary>What an admin decides about a channel.</summary>
public sealed record ChannelSettings
{
    public static readonly TimeSpan ShortestRescan = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan LongestRescan = TimeSpan.FromDays(60);
    private const int HighestPriority = 1000;
    private const int MostPatterns = 20;

    /// <summary>From 15 minutes to 60 days; null: only when somebody asks.</summary>
    public TimeSpan? RescanEvery { get; init; }
    public RecordingFilter Filter { get; init; } = RecordingFilter.Everything;

    /// <summary>From -1000 to 1000; the greater, the sooner.</summary>
    public int Priority { get; init; }
    public bool Paused { get; init; }

    /// <summary>The hours of the day within which its recordings are worked on; both null for any. May reach over midnight.</summary>
    public TimeOnly? ActiveFrom { get; init; }
    public TimeOnly? ActiveTo { get; init; }

    /// <summary>What of it cannot be used, in a sentence; null where all can.</summary>
    internal string? Fault
    {
        get
        {
            if (RescanEvery is { } every && (every < ShortestRescan || every > LongestRescan)) return "The interval must be from 15 minutes to 60 days.";
            if (Math.Abs((long)Priority) > HighestPriority) return $"The priority is {Priority}; write a whole number from -{HighestPriority} to {HighestPriority}.";
            if (ActiveFrom is null != ActiveTo is null) return "Of the active hours one is missing; write both, or neither.";
            if (ActiveFrom is not null && ActiveFrom == ActiveTo) return "The active hours begin and end at the same time; leave both empty for the whole day.";
            if (Filter is null) return "The filter is missing; leave it out for all recordings.";
            if (Filter.Shortest < TimeSpan.Zero || Filter.Longest <= TimeSpan.Zero) return "A length must be greater than nothing.";
            if (Filter.Shortest is { } shortest && Filter.Longest is { } longest && shortest > longest) return "The shortest length is greater than the longest, so that nothing would be wanted.";
            if ((Filter.Titles ?? []).Count + (Filter.NotTitles ?? []).Count > MostPatterns) return $"There are more than {MostPatterns} title patterns; join some with |.";
            return (Filter.Titles ?? []).Concat(Filter.NotTitles ?? []).Select(RecordingSieve.Fault).FirstOrDefault(fault => fault is not null);
        }
    }

    internal void WriteTo(Channel channel, DateTimeOffset now)
    {
        channel.RescanEvery = RescanEvery;
        channel.Filter = Filter with { Titles = Filter.Titles ?? [], NotTitles = Filter.NotTitles ?? [] };
        channel.Priority = Priority;
        channel.Paused = Paused;
        channel.ActiveFrom = ActiveFrom;
        channel.ActiveTo = ActiveTo;
        channel.UpdatedAt = now;
    }
}

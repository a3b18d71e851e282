namespace DrChaffee.Domain.Sources;

/// <summary>Which recordings of a channel are wanted. What is not known of a recording never leaves it out.</summary>
public sealed record RecordingFilter
{
    public static readonly RecordingFilter Everything = new();

    /// <summary>Shorter ones are clips that announce a talk, as YouTube's shorts do.</summary>
    public static readonly TimeSpan LongestShort = TimeSpan.FromMinutes(2);

    public bool SkipShorts { get; init; }

    /// <summary>Leaves out what is for members only, which cannot be fetched without their cookies.</summary>
    public bool SkipMembersOnly { get; init; } = true;
    public TimeSpan? Shortest { get; init; }
    public TimeSpan? Longest { get; init; }
    public DateOnly? Since { get; init; }

    /// <summary>Regular expressions, any case: one must match the title; empty: any title.</summary>
    public IReadOnlyList<string> Titles { get; init; } = [];

    /// <summary>Regular expressions, any case: none may match the title.</summary>
    public IReadOnlyList<string> NotTitles { get; init; } = [];
}

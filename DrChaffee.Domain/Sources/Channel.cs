namespace DrChaffee.Domain.Sources;

/// <summary>Where sources come from: a video channel or playlist, a podcast feed, a folder.</summary>
public sealed class Channel
{
    public long Id { get; init; }

    /// <summary><c>youtube</c>, <c>rss</c>, <c>folder</c> or <c>import</c>; unique together with <see cref="Address"/>.</summary>
    public required string Kind { get; init; }

    public required string Address { get; init; }
    public required string Title { get; set; }

    /// <summary>How often it is looked at for what is new; null: only when somebody asks.</summary>
    public TimeSpan? RescanEvery { get; set; }

    /// <summary>Which of its recordings are wanted.</summary>
    public RecordingFilter Filter { get; set; } = RecordingFilter.Everything;

    /// <summary>What its recordings begin with; the greater, the sooner.</summary>
    public int Priority { get; set; }

    /// <summary>True: it is not looked at, and nothing of it is taken up.</summary>
    public bool Paused { get; set; }

    /// <summary>The hours of the day, in the program's time zone, within which its recordings are worked on; both null for any. May reach over midnight.</summary>
    public TimeOnly? ActiveFrom { get; set; }
    public TimeOnly? ActiveTo { get; set; }

    public DateTimeOffset? CheckedAt { get; set; }

    /// <summary>Why the last look failed, in a sentence; null where it went well.</summary>
    public string? CheckFault { get; set; }

    /// <summary>What the feed's server last called its content: it then says "not modified" instead of sending it again.</summary>
    public string? Etag { get; set; }
    public DateTimeOffset? LastModified { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

namespace DrChaffee.Domain.Operations;

/// <summary>A source that changed or went away. Written at commit by a trigger, with numbers in the order of commit; search indexes and other machines follow it.</summary>
public sealed class SyncChange
{
    public long Version { get; init; }

    /// <summary>The source's row number on this machine.</summary>
    public long SourceId { get; init; }
    public required string SourceKey { get; init; }

    /// <summary>A tombstone: the source was deleted.</summary>
    public bool Deleted { get; init; }
    public DateTimeOffset At { get; init; }
}

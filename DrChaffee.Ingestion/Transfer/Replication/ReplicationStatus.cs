namespace DrChaffee.Ingestion.Transfer.Replication;

/// <summary>How far the following has come, and what is wrong with it, a sentence each.</summary>
public sealed record ReplicationStatus(string? Publisher, string? Subscriber, IReadOnlyList<ReplicationSlot> Slots, IReadOnlyList<FollowedTable> Tables, IReadOnlyList<string> Problems);

/// <param name="LagBytes">What the publisher wrote and the subscriber has not confirmed.</param>
/// <param name="LagSeconds">Null where the publisher does not know, as with a subscriber that is away.</param>
/// <param name="KeptBytes">What the publisher's disk holds for it.</param>
public sealed record ReplicationSlot(string Name, bool Active, long LagBytes, double? LagSeconds, long KeptBytes, bool Lost);

/// <param name="State">Waiting, copying, catching up, following.</param>
public sealed record FollowedTable(string Table, string State);

namespace DrChaffee.Ingestion.Transfer.Replication;

/// <summary>
/// Rows come with the columns of the end that is followed, so the follower must know them first:
/// it is migrated first, then the end that it follows.
/// </summary>
internal static class SchemaOrder
{
    /// <summary>Null where both have the same schema; otherwise the sentence that says which end is to be migrated.</summary>
    public static string? Fault(string? published, string publisher, string? subscribed, string subscriber) => string.CompareOrdinal(published, subscribed) switch
    {
        0 => null,
        > 0 => $"{publisher} has a newer schema ({published}) than {subscriber} ({subscribed}): run ./drchaffee migrate on {subscriber}; next time migrate the subscriber first.",
        _ => $"{subscriber} has a newer schema ({subscribed}) than {publisher} ({published}): now run ./drchaffee migrate on {publisher}, then replicate publish and replicate subscribe again.",
    };
}

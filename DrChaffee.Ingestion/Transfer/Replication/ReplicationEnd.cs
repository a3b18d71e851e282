using Npgsql;

namespace DrChaffee.Ingestion.Transfer.Replication;

/// <summary>Ends the following, on both ends or on the one that is left.</summary>
public static class ReplicationEnd
{
    /// <summary>Both keep the rows that they have.</summary>
    /// <returns>What was done, and what is left to do on an end that was not reached, a sentence each.</returns>
    /// <exception cref="TransferException">No end that was named can be reached.</exception>
    public static async Task<IReadOnlyList<string>> DropAsync(DatabaseAddress? from, DatabaseAddress? to, CancellationToken cancellationToken)
    {
        List<string> said = [], unreached = [];
        await using var publisher = await TryOpenAsync(from, unreached, cancellationToken);
        await using var subscriber = await TryOpenAsync(to, unreached, cancellationToken);
        if (publisher is null && subscriber is null) throw new TransferException(string.Join(" ", unreached));

        var slot = subscriber is null ? null : await UnsubscribeAsync(subscriber, to!, publisher is not null, said, cancellationToken);
        if (publisher is not null) await UnpublishAsync(publisher, from!, to is null || subscriber is null, slot, said, cancellationToken);
        return [.. said, .. unreached.Select(fault => $"{fault} What is left there goes with the same command, once it can be reached.")];
    }

    private static async Task<NpgsqlConnection?> TryOpenAsync(DatabaseAddress? address, List<string> unreached, CancellationToken cancellationToken)
    {
        try
        {
            return address is null ? null : await address.OpenAsync(cancellationToken);
        }
        catch (TransferException ex)
        {
            unreached.Add(ex.Message);
            return null;
        }
    }

    /// <summary>Gives the slot that is still to be dropped at the publisher, if any.</summary>
    private static async Task<string?> UnsubscribeAsync(NpgsqlConnection subscriber, DatabaseAddress to, bool publisherIsThere, List<string> said, CancellationToken cancellationToken)
    {
        if (await LibrarySubscription.SlotAsync(subscriber, cancellationToken) is not { } slot)
        {
            said.Add($"{to.Name} follows nothing.");
            return null;
        }

        // Only the server itself knows the slots of copies that have not ended; the name of the main one is not left to it, since the way back may be closed.
        if (publisherIsThere && await TryDropWithSlotsAsync(subscriber, cancellationToken)) slot = "";
        else await DropWithoutSlotsAsync(subscriber, cancellationToken);
        await LibrarySubscription.MoveSequencesAsync(subscriber, cancellationToken);
        said.Add($"{to.Name} follows no longer, and keeps its library.");
        if (slot.Length == 0) return null;
        if (!publisherIsThere) said.Add($"The publisher keeps slot {slot}, and what is changed there fills its disk: run ./drchaffee replicate drop --from with its address as soon as it can be reached.");
        return slot;
    }

    private static async Task<bool> TryDropWithSlotsAsync(NpgsqlConnection subscriber, CancellationToken cancellationToken)
    {
        try
        {
            await subscriber.RunAsync($"DROP SUBSCRIPTION {LibrarySubscription.Name}", cancellationToken);
            return true;
        }
        catch (PostgresException)
        {
            return false;
        }
    }

    private static Task DropWithoutSlotsAsync(NpgsqlConnection subscriber, CancellationToken cancellationToken) => subscriber.RunAsync($"""
        ALTER SUBSCRIPTION {LibrarySubscription.Name} DISABLE;
        ALTER SUBSCRIPTION {LibrarySubscription.Name} SET (slot_name = NONE);
        DROP SUBSCRIPTION {LibrarySubscription.Name}
        """, cancellationToken);

    private static async Task UnpublishAsync(NpgsqlConnection publisher, DatabaseAddress from, bool abandoned, string? slot, List<string> said, CancellationToken cancellationToken)
    {
        // Without a subscriber to ask, the slots that nobody reads are those of followers that are gone.
        var slots = await publisher.ReadAsync<string[]>(
            "SELECT coalesce(array_agg(slot_name::text), '{}') FROM pg_replication_slots WHERE database = current_database() AND (slot_name::text = $1 OR ($2 AND NOT active AND starts_with(slot_name::text, $3)))",
            cancellationToken, slot ?? "", abandoned, LibraryPublication.SlotPrefix);
        foreach (var one in slots!)
            if (await LibraryPublication.DropSlotAsync(publisher, one, cancellationToken)) said.Add($"{from.Name} keeps nothing for slot {one} any more.");

        if (await publisher.ReadAsync<bool>("SELECT EXISTS (SELECT FROM pg_replication_slots WHERE database = current_database() AND starts_with(slot_name::text, $1))", cancellationToken, LibraryPublication.SlotPrefix))
        {
            said.Add($"{from.Name} still publishes, for others follow it.");
            return;
        }

        await publisher.RunAsync($"DROP PUBLICATION IF EXISTS {LibraryPublication.Name}", cancellationToken);
        said.Add($"{from.Name} publishes nothing any more.");
    }
}

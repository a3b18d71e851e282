using Npgsql;

namespace DrChaffee.Domain.Sync;

/// <summary>What must hold before anything is compared or written.</summary>
internal static class SyncGate
{
    private const string Turn = "SELECT pg_try_advisory_lock(hashtext('drchaffee sync'))";
    private const int Tries = 20;
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(100);

    /// <exception cref="SyncException">They must not be brought together.</exception>
    public static async Task CheckAsync(LibraryEnd from, LibraryEnd to, bool dryRun, CancellationToken cancellationToken)
    {
        if (await AreSameAsync(from, to, cancellationToken)) throw new SyncException($"{from.Name} and {to.Name} are the same database; name two.");
        CheckSchema(from.Name, from.Schema, to.Name, to.Schema);
        CheckWritable(to, dryRun);
        if (from.Library != to.Library) return;
        if (dryRun) throw new SyncException($"{to.Name} is a copy of {from.Name} that was never synchronised; the first run without --dry-run makes it a library of its own.");
        await to.RenewIdentityAsync(cancellationToken);
    }

    public static void CheckWritable(LibraryEnd to, bool dryRun)
    {
        if (to.ReadOnly && !dryRun) throw new SyncException($"{to.Name} can only be read: it is a replica, or its user may not write; name the database that it follows, or another user.");
    }

    public static void CheckSchema(string from, string fromSchema, string to, string toSchema)
    {
        if (fromSchema == toSchema) return;
        var older = string.CompareOrdinal(fromSchema, toSchema) < 0 ? from : to;
        throw new SyncException($"The schemas differ ({from} is at {fromSchema}, {to} at {toSchema}); bring {older} up to date first: ./drchaffee migrate with DATABASE_URL set to it.");
    }

    /// <summary>One sync at a time writes to a library; the turn ends with the connection, which after a killed sync lasts a moment longer.</summary>
    public static async Task TakeTurnAsync(NpgsqlConnection target, string name, CancellationToken cancellationToken)
    {
        for (var left = Tries; ; left--)
        {
            await using (var command = new NpgsqlCommand(Turn, target))
                if (await command.ExecuteScalarAsync(cancellationToken) is true) return;
            if (left == 0) throw new SyncException($"Another sync is writing to {name}; try again when it has ended.");
            await Task.Delay(TryAgain, cancellationToken);
        }
    }

    /// <summary>A lock that one connection holds is refused to another only where both are in the same database, by whatever address.</summary>
    private static async Task<bool> AreSameAsync(LibraryEnd from, LibraryEnd to, CancellationToken cancellationToken)
    {
        var key = BitConverter.ToInt64(Guid.NewGuid().ToByteArray());
        await using var one = await to.ConnectAsync(cancellationToken);
        await using var other = await from.ConnectAsync(cancellationToken);
        return !await LockAsync(one) || !await LockAsync(other);

        async Task<bool> LockAsync(NpgsqlConnection connection)
        {
            await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock({key})", connection);
            return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
    }
}

using Npgsql;

namespace DrChaffee.Ingestion.Transfer;

/// <summary>Puts one database in the place of another, at once and whole: whoever connects gets the old one or the new one.</summary>
internal static class DatabaseSwitch
{
    private const int Tries = 6;

    public static async Task RunAsync(DatabaseAddress target, bool dropOld, CancellationToken cancellationToken)
    {
        var (incoming, before) = (SideDatabase.IncomingOf(target.Database), SideDatabase.BeforeOf(target.Database));
        await using var server = await target.OpenServerAsync(cancellationToken);
        await SideDatabase.DropAsync(server, target.With(before), cancellationToken);
        for (var tries = 1; ; tries++)
        {
            try
            {
                await RenameAsync(server, target, incoming, before, cancellationToken);
                break;
            }
            catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.ObjectInUse && tries < Tries)
            {
                // Someone could not be sent away in time.
            }
            catch (PostgresException ex)
            {
                throw new TransferException($"{target.Name} could not be switched ({target.Said(ex)}); the old library still serves.", ex);
            }
        }

        if (dropOld) await SideDatabase.DropAsync(server, target.With(before), cancellationToken);
    }

    /// <summary>A rename keeps new connections waiting and waits itself for the present ones, which are ended meanwhile; nobody can slip in between.</summary>
    private static async Task RenameAsync(NpgsqlConnection server, DatabaseAddress target, string incoming, string before, CancellationToken cancellationToken)
    {
        using var renamed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ending = EndConnectionsAsync(target, [target.Database, incoming], renamed.Token);
        try
        {
            await using var transaction = await server.BeginTransactionAsync(cancellationToken);
            if (await SideDatabase.ExistsAsync(server, target.Database, cancellationToken))
            {
                await server.RunAsync($"ALTER DATABASE {LibraryTables.Quote(target.Database)} RENAME TO {LibraryTables.Quote(before)}", cancellationToken);
                await server.RunAsync(SideDatabase.Comment(before, "the library before the last switch; the next one drops it"), cancellationToken);
            }

            await server.RunAsync($"ALTER DATABASE {LibraryTables.Quote(incoming)} RENAME TO {LibraryTables.Quote(target.Database)}", cancellationToken);
            await server.RunAsync(SideDatabase.Comment(target.Database, null), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        finally
        {
            await renamed.CancelAsync();
            await ending;
        }
    }

    private static async Task EndConnectionsAsync(DatabaseAddress target, string[] databases, CancellationToken until)
    {
        try
        {
            await using var server = await target.OpenServerAsync(until);
            while (true)
            {
                await server.ReadAsync<long>("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname::text = ANY($1) AND (pg_has_role(usename, 'MEMBER') OR pg_has_role('pg_signal_backend', 'MEMBER')) AND NOT coalesce((SELECT rolsuper AND NOT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE oid = usesysid), false)", until, (object)databases);
                await Task.Delay(TimeSpan.FromMilliseconds(50), until);
            }
        }
        catch (OperationCanceledException)
        {
            // The switch is done, or was given up.
        }
        catch (Exception ex) when (ex is NpgsqlException or TransferException)
        {
            // The rename waits for those that are left, and says so if they stay.
        }
    }
}

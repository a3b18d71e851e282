namespace DrChaffee.Ingestion.Transfer;

/// <summary>Carries what is a machine's own from its old database into the new one. Whoever wants to write to it meanwhile waits; searching goes on.</summary>
internal sealed class OwnTables(PostgresTools tools, Action<string> tell)
{
    /// <param name="then">What is done while nobody can write to them: the switch.</param>
    public async Task CarryAsync(DatabaseAddress old, DatabaseAddress incoming, string folder, Func<CancellationToken, Task> then, CancellationToken cancellationToken)
    {
        await using var connection = await old.OpenAsync(cancellationToken);
        var tables = await LibraryTables.OwnAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (tables.Count > 0)
        {
            await connection.RunAsync($"LOCK TABLE {LibraryTables.List(tables)} IN SHARE MODE", cancellationToken);
            var file = Path.Combine(folder, "own.dump");
            await tools.RunAsync("pg_dump", old, ["--format=custom", $"--file={file}", "--data-only", "--no-password", .. tables.Select(table => $"--table=public.{LibraryTables.Quote(table)}")], tell, cancellationToken);
            await using (var copy = await incoming.OpenAsync(cancellationToken)) await copy.RunAsync($"TRUNCATE {LibraryTables.List(tables)}", cancellationToken);
            await tools.RunAsync("pg_restore", incoming, [$"--dbname={incoming.Database}", "--data-only", "--exit-on-error", "--no-password", file], tell, cancellationToken);
            await using var check = await incoming.OpenAsync(cancellationToken);
            TableSums.RequireEqual(await TableSums.ReadAsync(connection, tables, cancellationToken), await TableSums.ReadAsync(check, tables, cancellationToken));
        }

        await CarryRightsAsync(old, incoming, folder, cancellationToken);
        await then(cancellationToken); // ends this connection too
    }

    /// <summary>Who else may read or write, and what the database sets for its sessions: a role for reading only must not be locked out by the switch.</summary>
    public async Task CarryRightsAsync(DatabaseAddress old, DatabaseAddress incoming, string folder, CancellationToken cancellationToken)
    {
        var (file, list) = (Path.Combine(folder, "rights.dump"), Path.Combine(folder, "rights.list"));
        await tools.RunAsync("pg_dump", old, ["--format=custom", $"--file={file}", "--schema-only", "--no-password"], tell, cancellationToken);
        var entries = await tools.RunAsync("pg_restore", old, ["--list", file], tell, cancellationToken);
        await File.WriteAllLinesAsync(list, entries.Split('\n').Where(line => line.Contains(" ACL ", StringComparison.Ordinal)), cancellationToken);
        await tools.RunAsync("pg_restore", incoming, [$"--dbname={incoming.Database}", $"--use-list={list}", "--exit-on-error", "--no-password", file], tell, cancellationToken);

        await using var server = await old.OpenServerAsync(cancellationToken);
        var statements = await server.ReadAsync<string[]>("""
            SELECT array_agg(statement) FROM (
                SELECT format('GRANT %s ON DATABASE %I TO %s', privilege_type, $2::text, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END) AS statement
                FROM pg_database, aclexplode(datacl) WHERE datname = $1 AND grantee <> datdba
                UNION ALL
                SELECT format('ALTER DATABASE %I SET %I TO %s', $2::text, split_part(setting, '=', 1), CASE WHEN setting ~ '^(search_path|DateStyle)=' THEN substr(setting, strpos(setting, '=') + 1) ELSE quote_literal(substr(setting, strpos(setting, '=') + 1)) END)
                FROM pg_db_role_setting, unnest(setconfig) setting WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = $1)) s
            """, cancellationToken, old.Database, incoming.Database);
        foreach (var statement in statements ?? []) await server.RunAsync(statement, cancellationToken);
        if (await server.ReadAsync<bool>("SELECT datacl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(datacl) WHERE grantee = 0 AND privilege_type = 'CONNECT') FROM pg_database WHERE datname = $1", cancellationToken, old.Database))
            await server.RunAsync($"REVOKE CONNECT ON DATABASE {LibraryTables.Quote(incoming.Database)} FROM PUBLIC", cancellationToken);
    }
}

using Npgsql;

namespace DrChaffee.Ingestion.Transfer;

/// <summary>
/// A database beside the one that serves: the new one until it is whole, the old one after the switch. It bears a comment that says whose it is, so that nobody else's is dropped.
/// </summary>
internal static class SideDatabase
{
    private const string Mark = "drchaffee transfer: ";
    private const int LongestName = 63;

    public static string IncomingOf(string database) => Named(database, "_incoming");

    public static string BeforeOf(string database) => Named(database, "_before");

    /// <summary>Makes the database that is to take the target's place, and has it filled. One that could not be filled whole is removed.</summary>
    public static async Task<T> FillAsync<T>(DatabaseAddress target, Func<DatabaseAddress, Task<T>> fill, CancellationToken cancellationToken)
    {
        var incoming = target.With(IncomingOf(target.Database));
        await using (var server = await target.OpenServerAsync(cancellationToken))
        {
            await DropAsync(server, incoming, cancellationToken);
            await CreateAsync(server, incoming.Database, target.Database, cancellationToken);
        }

        try
        {
            return await fill(incoming);
        }
        catch
        {
            await TryDropAsync(target, incoming);
            throw;
        }
    }

    /// <exception cref="TransferException">The user may not create databases.</exception>
    private static async Task CreateAsync(NpgsqlConnection server, string name, string like, CancellationToken cancellationToken)
    {
        var locale = await server.ReadAsync<string>(
            "SELECT format(' ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(encoding), datcollate, datctype) FROM pg_database WHERE datname = $1", cancellationToken, like);
        try
        {
            await server.RunAsync($"CREATE DATABASE {LibraryTables.Quote(name)} TEMPLATE template0{locale}", cancellationToken);
            await server.RunAsync(Comment(name, "not whole yet"), cancellationToken);
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw MayNotCreate(await server.ReadAsync<string>("SELECT current_user::text", cancellationToken), ex);
        }
    }

    /// <exception cref="TransferException">The user may not do what a switch needs; the sentence names the right.</exception>
    public static async Task RequireRightsAsync(NpgsqlConnection server, DatabaseAddress target, CancellationToken cancellationToken)
    {
        var user = await server.ReadAsync<string>("SELECT current_user::text", cancellationToken);
        if (!await server.ReadAsync<bool>("SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user", cancellationToken)) throw MayNotCreate(user, null);
        if (await server.ReadAsync<string>("SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = $1 AND NOT pg_has_role(datdba, 'USAGE')", cancellationToken, target.Database) is { } owner)
            throw new TransferException($"{target.Name} belongs to {owner}, and only its owner may rename it; use that user, or run as superuser ALTER DATABASE {LibraryTables.Quote(target.Database)} OWNER TO {LibraryTables.Quote(user!)}.");
    }

    public static Task<bool> ExistsAsync(NpgsqlConnection server, string name, CancellationToken cancellationToken) =>
        server.ReadAsync<bool>("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", cancellationToken, name);

    /// <summary>Drops what an earlier transfer left behind.</summary>
    /// <exception cref="TransferException">A database has that name that no transfer made.</exception>
    public static async Task DropAsync(NpgsqlConnection server, DatabaseAddress side, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(server, side.Database, cancellationToken)) return;
        var comment = await server.ReadAsync<string>("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", cancellationToken, side.Database);
        if (comment?.StartsWith(Mark, StringComparison.Ordinal) != true && !await IsEmptyAsync(side, cancellationToken))
            throw new TransferException($"{side.Name} is in the way, and no transfer made it; rename or drop it.");
        await server.RunAsync($"DROP DATABASE {LibraryTables.Quote(side.Database)} WITH (FORCE)", cancellationToken);
    }

    private static async Task TryDropAsync(DatabaseAddress target, DatabaseAddress side)
    {
        try
        {
            await using var server = await target.OpenServerAsync(CancellationToken.None);
            await DropAsync(server, side, CancellationToken.None);
        }
        catch (Exception ex) when (ex is NpgsqlException or TransferException)
        {
            // The server is away: the next transfer removes it.
        }
    }

    /// <summary>The library that was served until now stays under this name until the next time.</summary>
    public static string Comment(string name, string? what) => $"COMMENT ON DATABASE {LibraryTables.Quote(name)} IS {(what is null ? "NULL" : $"'{Mark}{what}'")}";

    /// <summary>One that was made a moment before its maker was killed.</summary>
    public static async Task<bool> IsEmptyAsync(DatabaseAddress database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await LibraryTables.ExistingAsync(connection, cancellationToken)).Count == 0;
    }

    private static TransferException MayNotCreate(string? user, Exception? inner) => new(
        $"The database user {user} may not create databases, and the new library is made beside the old one; run as superuser ALTER ROLE {LibraryTables.Quote(user ?? "")} CREATEDB.", inner);

    private static string Named(string database, string ending) => database.Length + ending.Length <= LongestName ? database + ending
        : throw new TransferException($"The name {database} is too long to put {ending} behind it; rename the database.");
}

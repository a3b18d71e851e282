using System.Text.RegularExpressions;
using Npgsql;

namespace DrChaffee.Domain.Data.Roles;

/// <summary>Makes, renews and drops roles that may read the library and nothing else: what a public machine signs in with.</summary>
public sealed partial class ReadOnlyRoles(NpgsqlDataSource dataSource)
{
    public async Task<bool> ExistsAsync(string role, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)");
        command.Parameters.AddWithValue(role);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>May be done again: what came since is granted, what is too much is taken.</summary>
    /// <param name="password">Null: a role that is there keeps its own.</param>
    /// <returns>What the role reads and what it does not.</returns>
    /// <exception cref="ReadOnlyRoleException">It cannot be done; the message says why in a sentence.</exception>
    public async Task<ReadOnlyGrant> GrantAsync(string role, string? password, CancellationToken cancellationToken)
    {
        var name = Named(role);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (exists, fault) = await StandingAsync(connection, role, cancellationToken);
        if (fault is not null) throw new ReadOnlyRoleException(fault);
        if (!exists && password is null) throw new ReadOnlyRoleException($"The role {role} is not there yet and needs a password.");

        if (!exists) await DoAsync(connection, $"CREATE ROLE {name} LOGIN NOCREATEDB NOCREATEROLE NOINHERIT", cancellationToken);
        if (password is not null) await DoAsync(connection, $"ALTER ROLE {name} LOGIN PASSWORD '{ScramSecret.Of(password)}'", cancellationToken);
        var (database, schema, owner) = await PlaceAsync(connection, cancellationToken);
        await DoAsync(connection, $"""
            ALTER ROLE {name} IN DATABASE {database} SET default_transaction_read_only = on;
            REVOKE ALL ON DATABASE {database} FROM {name};
            REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC;
            GRANT CONNECT ON DATABASE {database} TO {name};
            REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {name};
            GRANT USAGE ON SCHEMA {schema} TO {name};
            REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name};
            REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {name};
            GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {name};
            ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} GRANT SELECT ON TABLES TO {name};
            """, cancellationToken);
        await DoAsync(connection, SecretTables.HideSql, cancellationToken);
        var grant = await GrantedAsync(connection, role, !exists, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return grant;
    }

    /// <summary>Takes all rights of the role in this database and drops it; false where there is none.</summary>
    /// <exception cref="ReadOnlyRoleException">It cannot be done; the message says why in a sentence.</exception>
    public async Task<bool> DropAsync(string role, CancellationToken cancellationToken)
    {
        var name = Named(role);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (exists, fault) = await StandingAsync(connection, role, cancellationToken);
        if (fault is not null) throw new ReadOnlyRoleException(fault);
        if (!exists) return false;
        var (database, schema, owner) = await PlaceAsync(connection, cancellationToken);
        try
        {
            await DoAsync(connection, $"""
                ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} REVOKE ALL ON TABLES FROM {name};
                REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name};
                REVOKE ALL ON SCHEMA {schema} FROM {name};
                REVOKE ALL ON DATABASE {database} FROM {name};
                DROP ROLE {name};
                """, cancellationToken);
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            throw new ReadOnlyRoleException($"The role {role} has rights in another database or owns something; take them away there, then drop it here.");
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static string Named(string role) => NamePattern().IsMatch(role)
        ? $"\"{role}\""
        : throw new ReadOnlyRoleException($"'{role}' is no name for a role; write small letters, digits and underscores, such as prod_api.");

    /// <summary>Whether the role is there, and why it cannot be made one that only reads.</summary>
    private static async Task<(bool Exists, string? Fault)> StandingAsync(NpgsqlConnection connection, string role, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on', to_regclass('sources') IS NULL,
                (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user),
                EXISTS (SELECT FROM pg_roles WHERE rolname = $1),
                EXISTS (SELECT FROM pg_roles r WHERE r.rolname = $1 AND (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls OR r.rolname = current_user
                    OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)))
            """, connection);
        command.Parameters.AddWithValue(role);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var fault = reader.GetBoolean(0) ? "This database can only be read; run the command with the DATABASE_URL of the machine that writes it."
            : reader.GetBoolean(1) ? "The database has no library yet; run 'drchaffee migrate' first."
            : !reader.GetBoolean(2) ? "The user of DATABASE_URL may not make roles; run the command as one that may (ALTER ROLE … CREATEROLE), or as a superuser."
            : reader.GetBoolean(4) ? $"The role {role} may do more than read: it is a superuser, a member of another role, an owner of tables or the one that runs this command. Choose another name."
            : null;
        return (reader.GetBoolean(3), fault);
    }

    private static async Task<(string Database, string Schema, string Owner)> PlaceAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT quote_ident(current_database()), quote_ident(n.nspname), quote_ident(pg_get_userbyid(c.relowner))
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass('sources')
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetString(0), reader.GetString(1), reader.GetString(2));
    }

    private static async Task<ReadOnlyGrant> GrantedAsync(NpgsqlConnection connection, string role, bool created, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT c.relname::text, has_table_privilege($1, c.oid, 'SELECT') FROM pg_class c
            WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('sources')) AND c.relkind = 'r' ORDER BY c.relname
            """, connection);
        command.Parameters.AddWithValue(role);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string> readable = [], hidden = [];
        while (await reader.ReadAsync(cancellationToken)) (reader.GetBoolean(1) ? readable : hidden).Add(reader.GetString(0));
        return new ReadOnlyGrant(role, created, readable, hidden);
    }

    private static async Task DoAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$", RegexOptions.None, 1000)]
    private static partial Regex NamePattern();
}

/// <param name="Created">False where the role was there before.</param>
/// <param name="Readable">The tables that it reads.</param>
/// <param name="Hidden">Those that it does not.</param>
public sealed record ReadOnlyGrant(string Role, bool Created, IReadOnlyList<string> Readable, IReadOnlyList<string> Hidden);

/// <summary>Why a role cannot be made or dropped, in one sentence.</summary>
public sealed class ReadOnlyRoleException(string message) : Exception(message);

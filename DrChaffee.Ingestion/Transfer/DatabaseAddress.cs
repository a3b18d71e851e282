using Npgsql;

namespace DrChaffee.Ingestion.Transfer;

/// <summary>A database, for Npgsql and for PostgreSQL's own programs. What it throws and what it is called never holds the password.</summary>
public sealed class DatabaseAddress(string connectionString)
{
    private readonly NpgsqlConnectionStringBuilder _parts = new(connectionString)
    {
        Pooling = false,
        CommandTimeout = 0,
        KeepAlive = 30,
        MaxAutoPrepare = 0,
        ApplicationName = "drchaffee transfer",
    };

    public string Database => _parts.Database ?? _parts.Username ?? "postgres";

    /// <summary>For people: host, port and database.</summary>
    public string Name => $"{_parts.Host}:{_parts.Port}/{Database}";

    public bool IsLocal => _parts.Host is "localhost" or "127.0.0.1" or "::1" || _parts.Host?.StartsWith('/') == true;

    /// <summary>As libpq takes it, for a server that calls another one.</summary>
    public string ForLibpq => string.Join(' ', Variables.Where(one => one.Value is not null && LibpqNames.ContainsKey(one.Key))
        .Select(one => $"{LibpqNames[one.Key]}='{one.Value!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'"));

    /// <summary>For the environment of PostgreSQL's programs: a password among their arguments could be read by everyone.</summary>
    public IReadOnlyDictionary<string, string?> Variables => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["PGHOST"] = _parts.Host,
        ["PGPORT"] = _parts.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["PGUSER"] = _parts.Username,
        ["PGPASSWORD"] = _parts.Password,
        ["PGPASSFILE"] = _parts.Passfile,
        ["PGDATABASE"] = Database,
        ["PGSSLMODE"] = _parts.SslMode switch { SslMode.VerifyCA => "verify-ca", SslMode.VerifyFull => "verify-full", var mode => mode.ToString().ToLowerInvariant() },
        ["PGSSLROOTCERT"] = _parts.RootCertificate,
        ["PGSSLCERT"] = _parts.SslCertificate,
        ["PGSSLKEY"] = _parts.SslKey,
        ["PGAPPNAME"] = _parts.ApplicationName,
    };

    private static readonly Dictionary<string, string> LibpqNames = new(StringComparer.Ordinal)
    {
        ["PGHOST"] = "host",
        ["PGPORT"] = "port",
        ["PGUSER"] = "user",
        ["PGPASSWORD"] = "password",
        ["PGPASSFILE"] = "passfile",
        ["PGDATABASE"] = "dbname",
        ["PGSSLMODE"] = "sslmode",
        ["PGSSLROOTCERT"] = "sslrootcert",
        ["PGSSLCERT"] = "sslcert",
        ["PGSSLKEY"] = "sslkey",
    };

    public DatabaseAddress With(string database) => new(new NpgsqlConnectionStringBuilder(_parts.ConnectionString) { Database = database }.ConnectionString);

    /// <exception cref="TransferException">It cannot be reached.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) =>
        await TryOpenAsync(cancellationToken) ?? throw new TransferException($"There is no database {Name}; create it with ./drchaffee migrate.");

    /// <summary>Null where the server has no such database.</summary>
    public async Task<NpgsqlConnection?> TryOpenAsync(CancellationToken cancellationToken)
    {
        await using var source = new NpgsqlDataSourceBuilder(_parts.ConnectionString) { Name = Name }.Build(); // without a pool, what it opened outlives it
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return null;
        }
        catch (Exception ex) when (ex is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new TransferException($"{Name} cannot be reached ({Said(ex)}).", ex);
        }
    }

    /// <summary>A connection beside the database, to one that every server has: only from there can it be renamed.</summary>
    public async Task<NpgsqlConnection> OpenServerAsync(CancellationToken cancellationToken)
    {
        if (Database != "postgres" && await With("postgres").TryOpenAsync(cancellationToken) is { } connection) return connection;
        return await With("template1").OpenAsync(cancellationToken);
    }

    /// <summary>What went wrong, without the password, should a server repeat it.</summary>
    public string Said(Exception exception)
    {
        var text = exception is PostgresException refused ? $"{refused.SqlState}: {refused.MessageText}" : exception.Message;
        return _parts.Password is { Length: > 0 } password ? text.Replace(password, "***", StringComparison.Ordinal) : text;
    }
}

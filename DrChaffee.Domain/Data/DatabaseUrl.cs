using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace DrChaffee.Domain.Data;

/// <summary>Reads <c>DATABASE_URL</c>: a <c>postgresql://</c> address, or an Npgsql connection string.</summary>
public static class DatabaseUrl
{
    /// <summary>HNSW returns at most ef_search rows, may return none under a filter, and gives up after max_scan_tuples; these settings are what search relies on.</summary>
    private const string VectorSearchSettings = "-c hnsw.ef_search=100 -c hnsw.iterative_scan=relaxed_order -c hnsw.max_scan_tuples=200000 -c jit=off";

    /// <summary>Statements that the server keeps planned for each connection: planning costs as much as a small look-up.</summary>
    private const int PreparedStatements = 64;

    /// <summary>Names that libpq knows and Npgsql spells differently.</summary>
    private static readonly Dictionary<string, string> LibpqNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslrootcert"] = "Root Certificate",
        ["sslpassword"] = "SSL Password",
        ["channel_binding"] = "Channel Binding",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["target_session_attrs"] = "Target Session Attributes",
        ["client_encoding"] = "Client Encoding",
        ["passfile"] = "Passfile",
        ["user"] = "Username",
        ["password"] = "Password",
        ["dbname"] = "Database",
        ["host"] = "Host",
        ["port"] = "Port",
        ["options"] = "Options",
    };

    /// <summary>Gives the Npgsql connection string, or one sentence that says what is wrong; the sentence never holds the password.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out string? connectionString, [NotNullWhen(false)] out string? fault)
    {
        connectionString = fault = null;
        try
        {
            var builder = text.Contains("://", StringComparison.Ordinal) ? FromUrl(text) : new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(builder.Host))
                fault = "DATABASE_URL names no host; write postgresql://user:password@host:5432/database.";
            else
                connectionString = WithSearchSettings(builder).ConnectionString;
        }
        catch (Exception ex) when (ex is UnreadableException or ArgumentException or FormatException or KeyNotFoundException)
        {
            // What Npgsql says may quote a part of the password.
            var reason = ex is UnreadableException ? ex.Message : "a parameter is unknown, or its value cannot be used";
            fault = $"DATABASE_URL cannot be read ({reason}); write postgresql://user:password@host:5432/database, with special characters percent-escaped.";
        }

        return fault is null;
    }

    private static NpgsqlConnectionStringBuilder FromUrl(string text)
    {
        // Parsed by hand: a replica list ("host1:5432,host2:5432") and a socket folder as host are no System.Uri.
        var afterScheme = text.IndexOf("://", StringComparison.Ordinal) + 3;
        if (text[..(afterScheme - 3)] is not ("postgresql" or "postgres"))
            throw new UnreadableException("the address must start with postgresql://");

        var rest = text[afterScheme..];
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var query = question < 0 ? "" : rest[(question + 1)..];
        if (question >= 0) rest = rest[..question];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest : rest[..slash];
        var database = slash < 0 ? "" : Uri.UnescapeDataString(rest[(slash + 1)..]);
        var at = authority.LastIndexOf('@');
        var user = at < 0 ? "" : authority[..at];
        var hosts = authority[(at + 1)..];

        var builder = new NpgsqlConnectionStringBuilder();
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        if (user.Length > 0) builder.Username = Uri.UnescapeDataString(colon < 0 ? user : user[..colon]);
        if (colon >= 0) builder.Password = Uri.UnescapeDataString(user[(colon + 1)..]);
        if (database.Length > 0) builder.Database = database;
        SetHost(builder, hosts);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
            SetParameter(builder, pair);
        return builder;
    }

    private static void SetHost(NpgsqlConnectionStringBuilder builder, string hosts)
    {
        if (hosts.Length == 0) return;
        var bracket = hosts.LastIndexOf(']');
        var colon = hosts.LastIndexOf(':');
        if (hosts.Contains(',', StringComparison.Ordinal) || colon <= bracket)
        {
            builder.Host = Uri.UnescapeDataString(hosts).Trim('[', ']');
            return;
        }

        builder.Host = Uri.UnescapeDataString(hosts[..colon]).Trim('[', ']');
        builder.Port = int.TryParse(hosts[(colon + 1)..], out var port) && port is > 0 and < 65536
            ? port
            : throw new UnreadableException("the port is not a number from 1 to 65535");
    }

    private static void SetParameter(NpgsqlConnectionStringBuilder builder, string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) throw new UnreadableException("a parameter has no value"); // it may be what a password holds after a question mark
        var name = Uri.UnescapeDataString(pair[..equals]);
        var value = Uri.UnescapeDataString(pair[(equals + 1)..]);
        if (name is "sslmode") value = value.Replace("-", "", StringComparison.Ordinal); // verify-full -> VerifyFull
        if (name is "target_session_attrs") value = value.Replace("read-only", "standby", StringComparison.Ordinal);
        var known = LibpqNames.GetValueOrDefault(name, name);
        try
        {
            builder[known] = value;
        }
        catch (Exception ex) when (LibpqNames.ContainsKey(name) && ex is ArgumentException or FormatException)
        {
            throw new UnreadableException($"the value of {name} cannot be used", ex);
        }
    }

    private static NpgsqlConnectionStringBuilder WithSearchSettings(NpgsqlConnectionStringBuilder builder)
    {
        if (builder.Options?.Contains("hnsw.ef_search", StringComparison.Ordinal) != true)
            builder.Options = $"{builder.Options} {VectorSearchSettings}".Trim();
        if (!builder.ContainsKey("Max Auto Prepare") || builder.MaxAutoPrepare == 0) builder.MaxAutoPrepare = PreparedStatements;
        if (!builder.ContainsKey("Application Name") || builder.ApplicationName is null) builder.ApplicationName = "drchaffee";
        return builder;
    }

    /// <summary>Its message holds nothing of what was read.</summary>
    private sealed class UnreadableException(string message, Exception? inner = null) : Exception(message, inner);
}

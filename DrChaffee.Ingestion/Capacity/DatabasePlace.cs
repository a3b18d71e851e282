using System.Net;
using Npgsql;

namespace DrChaffee.Ingestion.Capacity;

/// <summary>Where the database lies, as far as this process can see: its folder on this machine, or why that is not known, in a sentence.</summary>
internal sealed record DatabasePlace(string? Folder, string? Unseen)
{
    /// <param name="folder">What the database says of it; null where this role may not know.</param>
    public static DatabasePlace Of(string connectionString, string? folder)
    {
        var hosts = (new NpgsqlConnectionStringBuilder(connectionString).Host ?? "localhost").Split(',');
        if (!hosts.All(IsHere)) return new DatabasePlace(null, "The database is on another machine, whose disk cannot be seen from here: look at it there.");
        if (folder is null) return new DatabasePlace(null, "The role of DATABASE_URL may not ask where the database lies, so its disk is not shown.");
        return Directory.Exists(folder) ? new DatabasePlace(folder, null) : new DatabasePlace(null, "The database's folder cannot be seen from here, as in a container of its own, so its disk is not shown.");
    }

    private static bool IsHere(string host) =>
        host.Length == 0 || host[0] is '/' or '@' || host.Split(':')[0].Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)) || IPAddress.TryParse(host.Split(':')[0], out address) && IPAddress.IsLoopback(address);
}

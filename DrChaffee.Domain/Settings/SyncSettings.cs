using DrChaffee.Domain.Data;

namespace DrChaffee.Domain.Settings;

/// <summary>The two libraries that sync brings together, where the environment names them, and what bundles are signed with.</summary>
public sealed record SyncSettings
{
    private const int ShortestKey = 16;

    /// <summary>Npgsql connection string made of <c>LOCAL_DATABASE_URL</c>.</summary>
    public string? Local { get; init; }

    /// <summary>Npgsql connection string made of <c>PRODUCTION_DATABASE_URL</c>.</summary>
    public string? Production { get; init; }

    /// <summary>The secret that the machine which writes a bundle shares with the one that reads it.</summary>
    public string? BundleKey { get; init; }

    internal static SyncSettings Read(EnvironmentReader environment)
    {
        var key = environment.Text("SYNC_BUNDLE_KEY");
        if (key is { Length: < ShortestKey }) environment.Fault($"SYNC_BUNDLE_KEY is shorter than {ShortestKey} characters; choose a longer one.");
        return new SyncSettings { Local = Database("LOCAL_DATABASE_URL"), Production = Database("PRODUCTION_DATABASE_URL"), BundleKey = key };

        string? Database(string name)
        {
            if (environment.Text(name) is not { } url) return null;
            if (DatabaseUrl.TryParse(url, out var connectionString, out var fault)) return connectionString;
            environment.Fault(fault.Replace("DATABASE_URL", name, StringComparison.Ordinal));
            return null;
        }
    }
}

using Npgsql;

namespace DrChaffee.Ingestion.Transfer;

/// <summary>Which tables are the library's, and travel. All others are the machine's own: accounts, keys, schedule, events, judgments.</summary>
internal static class LibraryTables
{
    public const string History = "__EFMigrationsHistory";

    /// <summary>What a subscriber follows.</summary>
    public static readonly IReadOnlyList<string> Followed =
        ["channels", "engines", "embedding_models", "sources", "speakers", "segments", "passages", "passage_embeddings", "voice_profiles", "segment_reviews", "sync_changes"];

    /// <summary>With what work in progress left at recordings, which nobody but the machine at work needs.</summary>
    public static readonly IReadOnlyList<string> All = [.. Followed, "source_checkpoints"];

    /// <summary>The tables of this database that are not the library's.</summary>
    public static async Task<IReadOnlyList<string>> OwnAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        [.. (await ExistingAsync(connection, cancellationToken)).Where(table => table != History && !All.Contains(table))];

    public static async Task<IReadOnlyList<string>> ExistingAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.ReadAsync<string[]>("SELECT coalesce(array_agg(relname::text ORDER BY relname), '{}') FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace", cancellationToken))!;

    public static string List(IEnumerable<string> tables) => string.Join(", ", tables.Select(Quote));

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

using DrChaffee.Domain.Sync;
using DrChaffee.Ingestion.Transcription.Review;
using DrChaffee.Web.Tests.Infrastructure;
using Npgsql;

namespace DrChaffee.Web.Tests.Sync;

/// <summary>Two databases on one server: the library of the machine with the GPU, and the one in production.</summary>
public sealed class TwoLibraries : IAsyncLifetime
{
    /// <summary>Recordings of 12 segments in 3 passages, two speakers known everywhere and one known in the recording alone.</summary>
    private const string Fill = """
        INSERT INTO engines (name, model, version) VALUES ('captions', '', '1');
        INSERT INTO channels (kind, address, title) VALUES ('import', '/talks', 'Talks');
        INSERT INTO embedding_models (engine, name, dimensions, active, learned_from, failures) VALUES ('test', 'eight', 8, true, 0, 0);
        INSERT INTO speakers (name) VALUES ('Ann'), ('Ben');
        INSERT INTO sources (source_type, source_id, key, title, channel_id, published_at, duration_sec, state, stage, attempts, fencing_token, version)
            SELECT 'file', n::text, 'file-' || n, 'Talk ' || n, 1, '2024-01-01'::timestamptz + n * interval '1 day', 60, 'done', 'store', 0, 0, 1 FROM generate_series(1, {0}) n;
        INSERT INTO speakers (name, source_id) SELECT 'Speaker 1', id FROM sources;
        SELECT set_config('drchaffee.raises_versions', 'on', true);
        INSERT INTO segments (source_id, ordinal, start_sec, end_sec, text, speaker_id, times_estimated, engine_id)
            SELECT s.id, o, o * 5, o * 5 + 4.5, md5(s.key || o), CASE o % 3 WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE k.id END, false, 1
            FROM sources s JOIN speakers k ON k.source_id = s.id, generate_series(0, 11) o;
        INSERT INTO passages (source_id, ordinal, start_sec, end_sec, text, speaker_id, first_segment, last_segment)
            SELECT s.id, o, o * 20, o * 20 + 19.5, md5(s.key || 'p' || o), 1, o * 4, o * 4 + 3 FROM sources s, generate_series(0, 2) o;
        INSERT INTO passage_embeddings (passage_id, model_id, embedding)
            SELECT p.id, 1, ARRAY(SELECT ((p.id * 7 + d * 13) % 100)::real / 100 FROM generate_series(1, 8) d)::real[]::vector::halfvec FROM passages p;
        """;

    private const string State = """
        SELECT concat_ws(E'\n',
            (SELECT string_agg(ROW(s.key, s.source_type, s.source_id, s.title, s.url, s.published_at, s.duration_sec, s.description, c.kind, c.address, c.title)::text, E'\n' ORDER BY s.key) FROM sources s LEFT JOIN channels c ON c.id = s.channel_id WHERE s.version > 0),
            (SELECT string_agg(ROW(s.key, g.ordinal, g.start_sec, g.end_sec, g.text, k.name, k.source_id IS NULL, g.suspect_reason, e.name)::text, E'\n' ORDER BY s.key, g.ordinal)
                FROM segments g JOIN sources s ON s.id = g.source_id JOIN engines e ON e.id = g.engine_id LEFT JOIN speakers k ON k.id = g.speaker_id),
            (SELECT string_agg(ROW(s.key, p.ordinal, p.start_sec, p.end_sec, p.text, k.name, p.first_segment, p.last_segment, p.words, v.embedding)::text, E'\n' ORDER BY s.key, p.ordinal)
                FROM passages p JOIN sources s ON s.id = p.source_id LEFT JOIN speakers k ON k.id = p.speaker_id LEFT JOIN passage_embeddings v ON v.passage_id = p.id))
        """;

    public TestDatabase Local { get; } = new();

    public TestDatabase Production { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await Local.InitializeAsync();
        await Production.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Local.DisposeAsync();
        await Production.DisposeAsync();
    }

    /// <summary>Empties both and fills the local one.</summary>
    public async Task StartAsync(int recordings = 4)
    {
        foreach (var library in (TestDatabase[])[Local, Production])
        {
            await library.ClearAsync();
            await library.ScalarAsync<object>("TRUNCATE sync_peers, sync_bases, sync_conflicts, sync_runs, sync_bundles; UPDATE library_identity SET id = gen_random_uuid()");
        }

        await Local.ScalarAsync<object>(Fill.Replace("{0}", $"{recordings}", StringComparison.Ordinal));
    }

    /// <summary>The same, with production in step.</summary>
    public async Task StartInStepAsync(int recordings = 4)
    {
        await StartAsync(recordings);
        await ThereAsync();
    }

    /// <summary>From the local library to production.</summary>
    public Task<SyncReport> ThereAsync(SyncOptions? options = null, Action? step = null) => SyncAsync(Local, Production, options, step);

    /// <summary>From production to the local library.</summary>
    public Task<SyncReport> BackAsync(SyncOptions? options = null) => SyncAsync(Production, Local, options, null);

    /// <summary>All that a library says, told without row numbers, by other means than the sync's own checksums.</summary>
    public static Task<string?> StateAsync(TestDatabase library) => library.ScalarAsync<string>(State);

    public static Task RunAsync(TestDatabase library, string sql) => library.ScalarAsync<object>(sql);

    internal static LibrarySync Sync(Action? step = null) => new(new Upkeep(), TimeProvider.System) { Step = step ?? (() => { }) };

    private static Task<SyncReport> SyncAsync(TestDatabase from, TestDatabase to, SyncOptions? options, Action? step) =>
        Sync(step).RunAsync(from.ConnectionString, to.ConnectionString, options ?? new SyncOptions(), null, TestContext.Current.CancellationToken);

    /// <summary>Passages are cut as ever; vectors of this model nobody can make.</summary>
    private sealed class Upkeep : ISyncUpkeep
    {
        public Task RecutAsync(NpgsqlConnection connection, long source, CancellationToken cancellationToken) => PassageRebuild.RecutAsync(connection, source, cancellationToken);

        public Task FinishAsync(string connectionString, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

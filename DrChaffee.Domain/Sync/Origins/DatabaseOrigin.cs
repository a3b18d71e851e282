using System.Data;
using System.Runtime.CompilerServices;
using DrChaffee.Domain.Sync.Merging;
using Npgsql;

namespace DrChaffee.Domain.Sync.Origins;

/// <summary>Reads a library in one snapshot: what changes there meanwhile comes with the next sync. One connection, so that a replica can be read as well.</summary>
internal sealed class DatabaseOrigin : ISyncOrigin
{
    /// <summary>Recordings that are compared and written together.</summary>
    private const int BatchSize = 64;
    private const int CopyBuffer = 1 << 16;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _snapshot;
    private readonly SemaphoreSlim _turn = new(1, 1); // the next batch is hashed while rows of the one before are copied

    private DatabaseOrigin(LibraryEnd end, NpgsqlConnection connection, NpgsqlTransaction snapshot) =>
        (Name, Library, _connection, _snapshot) = (end.Name, end.Library, connection, snapshot);

    public string Name { get; }
    public Guid Library { get; }
    public long Version { get; private set; }
    public OriginModel? Model { get; private set; }
    public int Total { get; private set; }

    public static async Task<DatabaseOrigin> OpenAsync(LibraryEnd end, CancellationToken cancellationToken)
    {
        var connection = await end.ConnectAsync(cancellationToken);
        var origin = new DatabaseOrigin(end, connection, await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken));
        await using (var settings = new NpgsqlCommand("SET TRANSACTION READ ONLY", connection)) await settings.ExecuteNonQueryAsync(cancellationToken);
        await using (var version = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM sync_changes", connection)) origin.Version = (long)(await version.ExecuteScalarAsync(cancellationToken))!;
        await using var model = new NpgsqlCommand("SELECT id, engine, name, dimensions, learned_from, library_words FROM embedding_models WHERE active", connection);
        await using var reader = await model.ExecuteReaderAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken))
            origin.Model = new OriginModel(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt32(4), reader.IsDBNull(5) ? null : reader.GetFieldValue<byte[]>(5));
        return origin;
    }

    public async IAsyncEnumerable<OriginBatch> BatchesAsync(Guid target, long position, IReadOnlyCollection<string> also, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var touched = await TouchedAsync(position, also, cancellationToken);
        Total = touched.Count;
        foreach (var chunk in touched.Chunk(BatchSize))
        {
            string[] keys = [.. chunk.Select(source => source.Key)];
            await _turn.WaitAsync(cancellationToken);
            OriginBatch batch;
            try
            {
                var sources = await HashQuery.ReadAsync(_connection, keys, Model?.Id, cancellationToken);
                batch = new OriginBatch(keys, chunk[^1].Version, sources, await BaseQuery.ReadAsync(_connection, target, keys, cancellationToken));
            }
            finally
            {
                _turn.Release();
            }

            yield return batch;
        }
    }

    public async Task StageAsync(OriginBatch batch, IReadOnlyList<SourcePlan> plans, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var wanted = Wanted.Of(plans);
        if (wanted.Sources.Count == 0) return;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var table in CopyTable.All)
            {
                await using var rows = await target.BeginRawBinaryCopyAsync(table.In, cancellationToken);
                await CopyAsync(table, wanted, rows, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task CopyAsync(CopyTable table, Wanted wanted, Stream to, CancellationToken cancellationToken)
    {
        var (whole, parts) = table.Name switch
        {
            "sync_segments" => (wanted.Whole, wanted.Segments),
            "sync_passages" => (wanted.Whole, wanted.Passages),
            _ => (wanted.Sources, []),
        };
        await using var rows = await _connection.BeginRawBinaryCopyAsync(table.Out(whole, parts, Model?.Id), cancellationToken);
        await rows.CopyToAsync(to, CopyBuffer, cancellationToken);
    }

    /// <summary>Agreements with all others, for a bundle whose taker is not known.</summary>
    public Task<Dictionary<Guid, Dictionary<string, RememberedBase>>> BasesAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) =>
        BaseQuery.ReadAllAsync(_connection, keys, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _snapshot.DisposeAsync();
        await _connection.DisposeAsync();
        _turn.Dispose();
    }

    private async Task<List<(string Key, long Version)>> TouchedAsync(long position, IReadOnlyCollection<string> also, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT key, max(version) FROM (
                SELECT source_key AS key, version FROM sync_changes WHERE version > $1
                UNION ALL SELECT key, 0 FROM sources WHERE $1 = 0 AND version > 0
                UNION ALL SELECT unnest($2), 0) touched
            GROUP BY key ORDER BY 2, 1
            """, _connection);
        command.Parameters.AddWithValue(position);
        command.Parameters.Add(HashQuery.Keys(also));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<(string Key, long Version)> touched = [];
        while (await reader.ReadAsync(cancellationToken)) touched.Add((reader.GetString(0), reader.GetInt64(1)));
        return touched;
    }
}

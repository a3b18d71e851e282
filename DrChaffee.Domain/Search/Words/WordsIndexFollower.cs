using DrChaffee.Domain.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Domain.Search.Words;

/// <summary>Loads the words index and follows <c>sync_changes</c>, so that what another process stores or deletes is found here within about a second.</summary>
internal sealed partial class WordsIndexFollower(
    IDbContextFactory<ChaffeeDbContext> contexts, NpgsqlDataSource dataSource, TimeProvider time, ILogger<WordsIndexFollower> logger) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);
    private const int ChangesAtOnce = 200;

    private long _version;

    /// <summary>The index, or null while it is loaded for the first time.</summary>
    public WordsIndex? Index { get; private set; }

    /// <summary>Applies what has changed since the last call. Loads everything the first time, and again when half of the index is out of date.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (Index is not { } index || index.Removed > Math.Max(10_000, index.Count / 2))
        {
            await LoadAsync(cancellationToken);
            return;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        while (true)
        {
            var changes = await db.SyncChanges.Where(c => c.Version > _version).OrderBy(c => c.Version).Take(ChangesAtOnce)
                .Select(c => new { c.Version, c.SourceId }).ToListAsync(cancellationToken);
            if (changes.Count == 0) return;

            var changed = changes.Select(c => c.SourceId).ToHashSet();
            await foreach (var (sourceId, passages) in ReadAsync([.. changed], cancellationToken))
            {
                index.Replace(sourceId, passages);
                changed.Remove(sourceId);
            }

            foreach (var gone in changed) index.Replace(gone, []);
            _version = changes[^1].Version;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = PollInterval;
            try
            {
                await CatchUpAsync(stoppingToken);
            }
            catch (Exception ex) when (ex is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                LogBehind(ex);
                pause = RetryInterval;
            }

            await Task.Delay(pause, time, stoppingToken);
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            _version = await db.SyncChanges.MaxAsync(c => (long?)c.Version, cancellationToken) ?? 0; // before the rows: what comes meanwhile is read twice, not missed

        var loaded = new WordsIndex();
        await foreach (var (sourceId, passages) in ReadAsync(null, cancellationToken)) loaded.Replace(sourceId, passages);
        Index = loaded; // a search in progress keeps the old one, which the collector takes with its lock
        LogLoaded(loaded.Count, time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async IAsyncEnumerable<(long SourceId, IReadOnlyList<IndexedPassage> Passages)> ReadAsync(
        long[]? sources, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"SELECT source_id, id, coalesce(speaker_id, 0), words FROM passages {(sources is null ? "" : "WHERE source_id = ANY($1)")} ORDER BY source_id, id");
        command.CommandTimeout = 0;
        if (sources is not null) command.Parameters.AddWithValue(sources);

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<IndexedPassage> passages = [];
        long current = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            var sourceId = reader.GetInt64(0);
            if (sourceId != current && passages.Count > 0)
            {
                yield return (current, passages);
                passages = [];
            }

            current = sourceId;
            var words = await reader.GetFieldValueAsync<NpgsqlTsVector>(3, cancellationToken);
            passages.Add(new IndexedPassage(reader.GetInt64(1), reader.GetInt64(2), [.. words.Select(w => (w.Text, Math.Max(1, w.Count)))]));
        }

        if (passages.Count > 0) yield return (current, passages);
    }

    [LoggerMessage(LogLevel.Information, "The words index holds {Passages} passages, loaded in {Milliseconds:F0} ms.")]
    private partial void LogLoaded(int passages, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "The words index could not catch up with the database; it tries again in a few seconds.")]
    private partial void LogBehind(Exception exception);
}

using System.Runtime.CompilerServices;
using DrChaffee.Domain.Data.Replicas;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Domain.Search.Index;

/// <summary>
/// Keeps the index in memory in step with the database. <c>sync_changes</c> numbers every change of a source, in the order of commit,
/// so a number once seen means that all smaller ones are visible too.
/// </summary>
internal sealed partial class LibraryIndexFollower(
    LibraryReader library, SketchLoader sketches, TimeProvider time, ILogger<LibraryIndexFollower> logger) : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);
    private const int ChangesAtOnce = 200;

    private LibraryMark _mark = new(0, null, Copying: false);

    /// <summary>The index, or null while it is loaded for the first time.</summary>
    public LibraryIndex? Index { get; private set; }

    /// <summary>Applies what has changed since the last call. Loads everything the first time, and again when half of the index is out of date or another library has taken the place of the one that was read.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        library.FollowFurthestBehind();
        if (Index is not { } index || index.Removed > Math.Max(10_000, index.Count / 2) || !await HoldsAsync(cancellationToken)) await LoadAsync(cancellationToken);
        else await ApplyChangesAsync(index, cancellationToken);
        library.Followed(_mark.Version);
        await sketches.CatchUpAsync(Index!, cancellationToken);
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
            catch (Exception ex) when (ex is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogBehind(ex);
                pause = RetryInterval;
            }

            await Task.Delay(pause, time, stoppingToken);
        }
    }

    private async Task<bool> HoldsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await library.OpenConnectionAsync(cancellationToken);
        return await _mark.HoldsAsync(connection, cancellationToken);
    }

    private async Task ApplyChangesAsync(LibraryIndex index, CancellationToken cancellationToken)
    {
        await using var db = await library.CreateDbContextAsync(cancellationToken);
        while (true)
        {
            var changes = await db.SyncChanges.Where(c => c.Version > _mark.Version).OrderBy(c => c.Version).Take(ChangesAtOnce)
                .Select(c => new { c.Version, c.SourceId, c.At }).ToListAsync(cancellationToken);
            if (changes.Count == 0) return;

            var changed = changes.Select(c => c.SourceId).ToHashSet();
            await foreach (var (sourceId, title, passages) in ReadAsync([.. changed], cancellationToken))
            {
                index.Replace(sourceId, title, passages);
                changed.Remove(sourceId);
            }

            foreach (var gone in changed) index.Replace(gone, [], []);
            _mark = _mark with { Version = changes[^1].Version, At = changes[^1].At };
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        LibraryMark mark;
        await using (var connection = await library.OpenConnectionAsync(cancellationToken))
            mark = await LibraryMark.LatestAsync(connection, cancellationToken); // before the rows: what comes meanwhile is read twice, not missed

        var loaded = new LibraryIndex();
        await foreach (var (sourceId, title, passages) in ReadAsync(null, cancellationToken)) loaded.Replace(sourceId, title, passages);
        if (Index is not null) await sketches.CatchUpAsync(loaded, cancellationToken); // the old one answers until the new one is whole
        (Index, _mark) = (loaded, mark); // a search in progress keeps the old one, which the collector takes with its lock
        LogLoaded(loaded.Count, time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async IAsyncEnumerable<(long SourceId, string[] Title, IReadOnlyList<IndexedPassage> Passages)> ReadAsync(
        long[]? sources, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var titles = await TitlesAsync(sources, cancellationToken);
        await using var command = Command(
            $"SELECT source_id, id, coalesce(speaker_id, 0), start_sec, words FROM passages {(sources is null ? "" : "WHERE source_id = ANY($1)")} ORDER BY source_id, id", sources);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<IndexedPassage> passages = [];
        long current = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            var sourceId = reader.GetInt64(0);
            if (sourceId != current && passages.Count > 0)
            {
                yield return (current, titles.GetValueOrDefault(current) ?? [], passages);
                passages = [];
            }

            current = sourceId;
            var words = await reader.GetFieldValueAsync<NpgsqlTsVector>(4, cancellationToken);
            passages.Add(new IndexedPassage(reader.GetInt64(1), reader.GetInt64(2), (float)reader.GetDouble(3), [.. words.Select(w => (w.Text, Math.Max(1, w.Count)))]));
        }

        if (passages.Count > 0) yield return (current, titles.GetValueOrDefault(current) ?? [], passages);
    }

    private async Task<Dictionary<long, string[]>> TitlesAsync(long[]? sources, CancellationToken cancellationToken)
    {
        await using var command = Command($"SELECT id, tsvector_to_array(to_tsvector('english', title)) FROM sources WHERE version > 0 {(sources is null ? "" : "AND id = ANY($1)")}", sources);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<long, string[]> titles = [];
        while (await reader.ReadAsync(cancellationToken)) titles[reader.GetInt64(0)] = reader.GetFieldValue<string[]>(1);
        return titles;
    }

    private NpgsqlCommand Command(string text, long[]? sources)
    {
        var command = library.CreateCommand(text);
        command.CommandTimeout = 0;
        if (sources is not null) command.Parameters.AddWithValue(sources);
        return command;
    }

    [LoggerMessage(LogLevel.Information, "The search index holds {Passages} passages, loaded in {Milliseconds:F0} ms.")]
    private partial void LogLoaded(int passages, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "The search index could not catch up with the database; it tries again in a few seconds.")]
    private partial void LogBehind(Exception exception);
}

using Npgsql;

namespace DrChaffee.Domain.Sync.Runs;

/// <summary>Writes how far a sync is into a row, so that any page and any process sees the same. One that dies leaves a row whose heart has stopped.</summary>
public sealed class SyncJournal : IProgress<SyncProgress>, IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    private readonly NpgsqlDataSource _dataSource;
    private readonly CancellationTokenSource _ended = new();
    private readonly TimeProvider _time;
    private readonly Guid _id = Guid.NewGuid();
    private SyncProgress _progress = new(0, 0, null);
    private Task _beating = Task.CompletedTask;

    private SyncJournal(NpgsqlDataSource dataSource, TimeProvider time) => (_dataSource, _time) = (dataSource, time);

    /// <param name="dataSource">The library whose pages show the run.</param>
    /// <param name="from">The name of the library that is read.</param>
    /// <param name="to">That of the one that is written.</param>
    public static async Task<SyncJournal> StartAsync(NpgsqlDataSource dataSource, string from, string to, TimeProvider time, CancellationToken cancellationToken)
    {
        var journal = new SyncJournal(dataSource, time);
        await journal.ExecuteAsync("INSERT INTO sync_runs (id, origin, target) VALUES ($1, $2, $3)", cancellationToken, from, to);
        journal._beating = journal.BeatAsync();
        return journal;
    }

    public void Report(SyncProgress value) => _progress = value;

    public Task FinishAsync(SyncReport report, CancellationToken cancellationToken) =>
        EndAsync("UPDATE sync_runs SET finished_at = now(), beat_at = now(), done = total, report = $2::jsonb WHERE id = $1", SyncRuns.Write(report), cancellationToken);

    public Task FailAsync(string fault) => EndAsync("UPDATE sync_runs SET finished_at = now(), beat_at = now(), fault = $2 WHERE id = $1", fault, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ended.Dispose();
    }

    private async Task EndAsync(string sql, string what, CancellationToken cancellationToken)
    {
        await StopAsync();
        await TellAsync();
        await ExecuteAsync(sql, cancellationToken, what);
    }

    private async Task StopAsync()
    {
        await _ended.CancelAsync();
        await _beating;
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Beat, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token)) await TellAsync();
        }
        catch (OperationCanceledException)
        {
            // It has ended.
        }
        catch (NpgsqlException)
        {
            // Nobody sees how far it is; the sync itself goes on.
        }
    }

    private async Task TellAsync()
    {
        var (done, total, title) = _progress;
        await using var command = _dataSource.CreateCommand("UPDATE sync_runs SET beat_at = now(), done = $2, total = $3, title = $4 WHERE id = $1");
        command.Parameters.AddWithValue(_id);
        command.Parameters.AddWithValue(done);
        command.Parameters.AddWithValue(total);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)title ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params string[] values)
    {
        await using var command = _dataSource.CreateCommand(sql);
        command.Parameters.AddWithValue(_id);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

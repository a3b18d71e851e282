using System.Collections.Concurrent;
using System.Threading.Channels;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Appends one run's events, in order, behind the back of the stages; whatever was recorded is written when it is disposed.</summary>
internal sealed partial class RunJournal : IAsyncDisposable
{
    private const int BatchSize = 500;
    private const int Tries = 30;
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(1);

    private readonly Channel<IngestionEvent> _pending = Channel.CreateBounded<IngestionEvent>(new BoundedChannelOptions(4 * BatchSize) { SingleReader = true });
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastProgress = new();
    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _writing;

    public RunJournal(NpgsqlDataSource dataSource, TimeProvider time, ILogger logger)
    {
        (_dataSource, _time, _logger) = (dataSource, time, logger);
        _writing = WriteAllAsync();
    }

    public ValueTask RecordAsync(IngestionEvent happened, CancellationToken cancellationToken) => _pending.Writer.WriteAsync(happened, cancellationToken);

    /// <summary>For the last event: where even that cannot be written, the run has ended all the same.</summary>
    public async ValueTask RecordLastAsync(IngestionEvent happened)
    {
        try
        {
            await _pending.Writer.WriteAsync(happened);
        }
        catch (ChannelClosedException)
        {
            // Logged where the writing failed.
        }
    }

    /// <summary>Progress comes often and may be lost: at most one a second is kept for a source.</summary>
    public bool TryRecordProgress(IngestionEvent progress)
    {
        var last = _lastProgress.GetOrAdd(progress.SourceKey!, DateTimeOffset.MinValue);
        if (progress.At - last < ProgressEvery || !_lastProgress.TryUpdate(progress.SourceKey!, progress.At, last)) return false;
        return _pending.Writer.TryWrite(progress);
    }

    public async ValueTask DisposeAsync()
    {
        _pending.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAllAsync()
    {
        try
        {
            List<IngestionEvent> batch = [];
            while (await _pending.Reader.WaitToReadAsync())
            {
                while (batch.Count < BatchSize && _pending.Reader.TryRead(out var happened)) batch.Add(happened);
                await AppendPatientlyAsync(batch);
                batch.Clear();
            }
        }
        catch (Exception ex)
        {
            LogLost(ex);
            _pending.Writer.TryComplete(ex); // the run stops at its next event: it must not go on unseen
        }
    }

    private async Task AppendPatientlyAsync(List<IngestionEvent> batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await AppendAsync(batch);
                return;
            }
            catch (NpgsqlException ex) when (ex.IsTransient && attempt < Tries)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), _time);
            }
        }
    }

    private async Task AppendAsync(List<IngestionEvent> events)
    {
        // The lock makes the order of numbers the order of commit: a reader that asks for events after its last number misses none.
        await using var connection = await _dataSource.OpenConnectionAsync();
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock(hashtext('ingestion_events'))"));
        var insert = new NpgsqlBatchCommand("""
            INSERT INTO ingestion_events (at, run_id, kind, source_key, title, stage, progress, message, duration_sec, recordings)
            SELECT e.at, e.run_id, e.kind, e.source_key, e.title, e.stage, e.progress, e.message, e.duration_sec, e.recordings
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY
                AS e(at, run_id, kind, source_key, title, stage, progress, message, duration_sec, recordings, place)
            ORDER BY e.place
            """);
        insert.Parameters.Add(Column(events, NpgsqlDbType.TimestampTz, e => e.At.ToUniversalTime()));
        insert.Parameters.Add(Column(events, NpgsqlDbType.Uuid, e => e.RunId));
        insert.Parameters.Add(Column(events, NpgsqlDbType.Text, e => SnakeCase.Name(e.Kind)));
        insert.Parameters.Add(Column(events, NpgsqlDbType.Text, e => e.SourceKey));
        insert.Parameters.Add(Column(events, NpgsqlDbType.Text, e => e.Title));
        insert.Parameters.Add(Column(events, NpgsqlDbType.Text, e => e.Stage is { } stage ? SnakeCase.Name(stage) : null));
        insert.Parameters.Add(Column(events, NpgsqlDbType.Double, e => e.Progress));
        insert.Parameters.Add(Column(events, NpgsqlDbType.Text, e => e.Message));
        insert.Parameters.Add(Column(events, NpgsqlDbType.Double, e => e.Duration?.TotalSeconds));
        insert.Parameters.Add(Column(events, NpgsqlDbType.Integer, e => e.Recordings));
        batch.BatchCommands.Add(insert);
        await batch.ExecuteNonQueryAsync();
    }

    private static NpgsqlParameter Column<T>(List<IngestionEvent> events, NpgsqlDbType type, Func<IngestionEvent, T> value) =>
        new() { Value = events.ConvertAll(e => value(e)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };

    [LoggerMessage(LogLevel.Error, "The journal of this run could not be written.")]
    private partial void LogLost(Exception exception);
}

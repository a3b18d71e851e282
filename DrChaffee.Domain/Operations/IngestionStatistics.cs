using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using Npgsql;

namespace DrChaffee.Domain.Operations;

/// <summary>What was ingested on each of the last days, as the events tell; added up once a minute for all who ask.</summary>
public sealed class IngestionStatistics
{
    /// <summary>Today and those before; their events are kept for so long.</summary>
    public const int MostDays = 30;

    private readonly ChaffeeSettings _settings;
    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _time;
    private readonly CachedValue<IReadOnlyList<IngestionDay>> _days;

    public IngestionStatistics(ChaffeeSettings settings, NpgsqlDataSource dataSource, TimeProvider time)
    {
        (_settings, _dataSource, _time) = (settings, dataSource, time);
        _days = new CachedValue<IReadOnlyList<IngestionDay>>(TimeSpan.FromMinutes(1), time, AddUpAsync);
    }

    /// <summary>The oldest first, today last; days on which nothing happened are there too.</summary>
    public async Task<IReadOnlyList<IngestionDay>> ReadAsync(int days, CancellationToken cancellationToken) => [.. (await _days.GetAsync(cancellationToken)).TakeLast(days)];

    private async Task<IReadOnlyList<IngestionDay>> AddUpAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(_time.GetUtcNow(), _settings.TimeZone).DateTime);
        List<DateOnly> days = [.. Enumerable.Range(1 - MostDays, MostDays).Select(today.AddDays)];
        var found = new IngestionDay?[MostDays];

        // Days begin when they do in the configured zone, summer time and all; minutes are counted in whatever order they come.
        await using var command = _dataSource.CreateCommand("""
            WITH minutes AS (
                SELECT date_trunc('minute', at) AS minute, sum(duration_sec) FILTER (WHERE kind = 'done') AS seconds, count(*) FILTER (WHERE kind = 'done') AS done
                FROM ingestion_events WHERE at >= $2 AND at < $3 GROUP BY 1
            ), days AS (
                SELECT width_bucket(minute, $1) AS day, coalesce(sum(seconds), 0) AS seconds, sum(done)::int AS done, count(*)::int AS minutes FROM minutes GROUP BY 1
            ), failures AS (
                SELECT width_bucket(at, $1) AS day, count(DISTINCT source_key)::int AS failed FROM ingestion_events WHERE kind = 'failed' AND at >= $2 AND at < $3 GROUP BY 1
            )
            SELECT day, seconds, done, coalesce(failed, 0), minutes FROM days LEFT JOIN failures USING (day)
            """);
        DateTime[] beginnings = [.. days.Select(day => BeginningOf(day, _settings.TimeZone))];
        command.Parameters.AddWithValue(beginnings);
        command.Parameters.AddWithValue(beginnings[0]);
        command.Parameters.AddWithValue(BeginningOf(today.AddDays(1), _settings.TimeZone));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var place = reader.GetInt32(0) - 1;
            var hours = reader.GetDouble(1) / 3600;
            found[place] = new IngestionDay(days[place], Math.Round(hours, 3), reader.GetInt32(2), reader.GetInt32(3), Math.Round(hours * 60 / reader.GetInt32(4), 2));
        }

        return [.. days.Select((day, place) => found[place] ?? new IngestionDay(day, 0, 0, 0, null))];
    }

    /// <summary>When a day of a zone begins.</summary>
    internal static DateTime BeginningOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(30); // where clocks go forward at midnight
        return TimeZoneInfo.ConvertTimeToUtc(midnight, zone);
    }
}

/// <summary>What ingestion did on one day.</summary>
/// <param name="Hours">Length of the recordings that were done.</param>
/// <param name="Recordings">How many were done.</param>
/// <param name="Failed">How many failed, each counted once however often it did.</param>
/// <param name="TimesRealTime">Hours of recordings done for each hour in which ingestion was at work, by the minutes in which anything happened; null for a day without.</param>
public sealed record IngestionDay(DateOnly Day, double Hours, int Recordings, int Failed, double? TimesRealTime);

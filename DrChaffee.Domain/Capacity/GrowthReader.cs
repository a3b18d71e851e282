using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Settings;
using Npgsql;

namespace DrChaffee.Domain.Capacity;

/// <summary>Adds up how the library grew.</summary>
public sealed class GrowthReader(ChaffeeSettings settings, NpgsqlDataSource dataSource, TimeProvider time)
{
    public async Task<LibraryGrowth> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, settings.TimeZone).DateTime);
        GrowthDay[] days = [.. Enumerable.Range(1 - LibraryGrowth.MostDays, LibraryGrowth.MostDays).Select(day => new GrowthDay(today.AddDays(day), 0, 0))];
        DateTime[] beginnings = [.. days.Select(day => IngestionStatistics.BeginningOf(day.Day, settings.TimeZone))];

        await using var command = dataSource.CreateCommand("""
            SELECT width_bucket(first.at, $1), count(*)::int, coalesce(sum(s.duration_sec), 0) / 3600, min(first.at)
            FROM sources s CROSS JOIN LATERAL (SELECT created_at AS at FROM segments WHERE source_id = s.id ORDER BY ordinal LIMIT 1) first
            WHERE s.version > 0 GROUP BY 1
            """);
        command.Parameters.AddWithValue(beginnings);
        DateTimeOffset? oldest = null;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var first = reader.GetFieldValue<DateTimeOffset>(3);
            if (oldest is null || first < oldest) oldest = first;
            if (reader.GetInt32(0) is > 0 and var place) days[place - 1] = days[place - 1] with { Recordings = reader.GetInt32(1), Hours = Math.Round(reader.GetDouble(2), 3) };
        }

        return new LibraryGrowth(days, oldest is { } since ? Math.Max(0, (now - since).TotalDays) : 0);
    }
}

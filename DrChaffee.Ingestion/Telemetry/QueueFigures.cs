using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Steering;
using Npgsql;

namespace DrChaffee.Ingestion.Telemetry;

/// <summary>How the queue of all processes stands.</summary>
/// <param name="Ready">Those that can be begun now.</param>
/// <param name="Later">Those that are tried again at a time, or wait for something outside.</param>
/// <param name="ReadyAudio">Length of those that can be begun, as far as it is known.</param>
/// <param name="Failed">Each class is there.</param>
/// <param name="Pace">Times real time over the last hours; null where little was done.</param>
/// <param name="OpenHosts">Hosts that are left alone for now.</param>
/// <param name="Paused">True where an admin paused everything.</param>
internal sealed record QueueFigures(long Ready, long Later, long SetAside, TimeSpan ReadyAudio, IReadOnlyDictionary<FailureClass, int> Failed, double? Pace, int OpenHosts, bool Paused);

/// <summary>Asks the database for <see cref="QueueFigures"/>.</summary>
internal sealed class QueueCount(NpgsqlDataSource dataSource, QueueBook book, HostCircuits circuits, TimeProvider time)
{
    public async Task<QueueFigures> ReadAsync(CancellationToken cancellationToken)
    {
        var failures = await book.FailuresAsync(cancellationToken);
        var pace = await book.PaceAsync(cancellationToken);
        var now = time.GetUtcNow();
        var open = (await circuits.LoadAsync(cancellationToken)).Values.Where(circuit => circuit.OpenUntil > now).Select(circuit => circuit.Host).ToHashSet(StringComparer.Ordinal);
        var paused = open.Remove(HostCircuits.Everything);

        await using var command = dataSource.CreateCommand($"""
            SELECT count(*) FILTER (WHERE {WorkQueue.Takeable}), count(*) FILTER (WHERE NOT s.set_aside AND NOT ({WorkQueue.Takeable})), count(*) FILTER (WHERE s.set_aside),
                coalesce(sum(s.duration_sec) FILTER (WHERE {WorkQueue.Takeable}), 0)
            FROM sources s WHERE {QueueBook.Waits}
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new QueueFigures(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), TimeSpan.FromSeconds(reader.GetDouble(3)),
            Enum.GetValues<FailureClass>().ToDictionary(one => one, one => failures.FirstOrDefault(group => group.FailureClass == one)?.Count ?? 0), pace, open.Count, paused);
    }
}

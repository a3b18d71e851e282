using System.Globalization;
using DrChaffee.Domain.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Domain.Data.Replicas;

/// <summary>Asks each replica every second whether it is there, how far it is behind and what it has.</summary>
internal sealed partial class ReplicaWatch(LibraryReader library, ChaffeeSettings settings, TimeProvider time, ILogger<ReplicaWatch> logger) : BackgroundService
{
    private const int Patience = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>A standby that has replayed all that it received is level, however long ago that was, as long as it still receives.</summary>
    private const string Question = """
        SELECT pg_is_in_recovery(), (CASE
            WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT FROM pg_stat_wal_receiver WHERE pid IS NOT NULL) THEN 0
            ELSE coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0) END)::float8,
            (SELECT coalesce(max(version), 0) FROM sync_changes)
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (library.Replicas.Count > 0)
        {
            await Task.WhenAll(library.Replicas.Select(replica => AskAsync(replica, stoppingToken)));
            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task AskAsync(Replica replica, CancellationToken cancellationToken)
    {
        var state = await StateAsync(replica, cancellationToken);
        if (!replica.Learn(state)) return;
        if (state.Fault is { } fault) LogLeftOut(replica.Name, fault);
        else LogAsked(replica.Name);
    }

    private async Task<ReplicaState> StateAsync(Replica replica, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = replica.DataSource.CreateCommand(Question);
            command.CommandTimeout = Patience;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var (follows, lag, version) = (reader.GetBoolean(0), TimeSpan.FromSeconds(Math.Max(0, reader.GetDouble(1))), reader.GetInt64(2));
            var fault = !follows ? "it follows no primary"
                : lag > settings.ReplicaMaxLag ? string.Create(CultureInfo.InvariantCulture, $"it is {lag.TotalSeconds:0} s behind")
                : null;
            return new ReplicaState(fault, follows ? lag : null, version);
        }
        catch (Exception ex) when (ex is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            return new ReplicaState("it does not answer", null, 0);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The replica {Name} is left out: {Fault}. Others, or the primary, are asked instead.")]
    private partial void LogLeftOut(string name, string fault);

    [LoggerMessage(LogLevel.Information, "The replica {Name} is asked from now on.")]
    private partial void LogAsked(string name);
}

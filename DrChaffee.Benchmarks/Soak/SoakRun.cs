using System.Diagnostics;
using System.Globalization;
using DrChaffee.Ingestion.Pipeline;
using Npgsql;

namespace DrChaffee.Benchmarks.Soak;

/// <summary>What a soak did and found.</summary>
/// <param name="Faults">Each in a sentence; none where every source ended done exactly once.</param>
/// <param name="ServerRestarts">How often PostgreSQL was restarted, every other time abruptly.</param>
/// <param name="ConnectionCuts">How often all connections were cut instead, for want of a server that may be restarted.</param>
public sealed record SoakReport(int Recordings, int Kills, int ServerRestarts, int ConnectionCuts, int ProcessesStarted, double Seconds, IReadOnlyList<string> Faults);

/// <summary>
/// Two processes ingest a folder together while one or the other is killed at random moments and PostgreSQL is restarted under them, until everything is done;
/// then looks whether every source is done exactly once, no segment lost or doubled, no lease stuck.
/// </summary>
/// <param name="connectionString">Of an empty database with this program's schema.</param>
/// <param name="server">The server that it is on; null for one that others use, where all connections are cut instead.</param>
public sealed class SoakRun(string connectionString, PostgresServer? server, Action<string> tell)
{
    private const int AtOnce = 2;
    private const int FewestLeft = 8;

    /// <summary>Within that a process is killed once it has work in hand: some at their first recording, some after a dozen.</summary>
    private const int MostMilliseconds = 2000;

    private const string Application = "drchaffee soak";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly List<Ingester> _running = [];
    private int _started;

    public async Task<SoakReport> RunAsync(int recordings, int kills, int breaks, int seed, CancellationToken cancellationToken)
    {
        using var talks = new SoakTalks(recordings);
        var data = Directory.CreateTempSubdirectory("chaffee-soak-data-").FullName;
        var began = Stopwatch.GetTimestamp();
        var random = new Random(seed);
        var breakAfter = Enumerable.Range(1, breaks).Select(one => one * kills / (breaks + 1)).ToHashSet();
        var (killed, broken) = (0, 0);
        try
        {
            while (true)
            {
                var soFar = await CountDoneAsync(cancellationToken);
                while (killed < kills && talks.Lines.Count - soFar < FewestLeft) talks.Add(); // there must be something to be killed at
                if (soFar == talks.Lines.Count) break;
                if (Stopwatch.GetElapsedTime(began) > Patience) break;
                await StartMissingAsync(talks.Folder, data);
                if (killed >= kills)
                {
                    await Task.WhenAny([.. _running.Select(process => process.WaitAsync(cancellationToken))]);
                    continue;
                }

                if (await FindWorkingAsync(random, cancellationToken) is not { } victim) continue;
                if (breakAfter.Contains(killed) && await BreakAsync(broken, cancellationToken))
                {
                    breakAfter.Remove(killed);
                    broken++;
                    continue; // who was cut off goes on
                }

                await Task.Delay(random.Next(MostMilliseconds), cancellationToken);
                await victim.KillAsync();
                killed++;
                var done = await CountDoneAsync(cancellationToken);
                tell(string.Create(CultureInfo.InvariantCulture, $"killed {killed} of {kills}; {done} of {talks.Lines.Count} done after {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s"));
            }

            foreach (var process in _running) await process.WaitAsync(cancellationToken); // what still runs ends by itself
            var faults = await new SoakCheck(connectionString).FaultsAsync(talks.Lines, cancellationToken);
            if (broken < breaks) faults = [.. faults, $"Only {broken} of {breaks} times the database was taken from processes at work."];
            if (killed < kills) faults = [.. faults, $"Only {killed} of {kills} kills met a process at work: the work was done before."];
            return new SoakReport(talks.Lines.Count, killed, server is null ? 0 : broken, server is null ? broken : 0, _started, Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 1), faults);
        }
        finally
        {
            foreach (var process in _running) await process.DisposeAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    private async Task StartMissingAsync(string folder, string data)
    {
        foreach (var ended in _running.Where(process => process.HasEnded).ToList())
        {
            await ended.DisposeAsync();
            _running.Remove(ended);
        }

        while (_running.Count < AtOnce)
        {
            _running.Add(Ingester.Start(new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = Application }.ConnectionString, folder, data));
            _started++;
        }
    }

    /// <summary>One of the processes that hold a source; null where one of them ends before any does.</summary>
    private async Task<Ingester?> FindWorkingAsync(Random random, CancellationToken cancellationToken)
    {
        while (!_running.Exists(process => process.HasEnded))
        {
            List<Ingester> working = [];
            foreach (var process in _running)
            {
                if (await ScalarAsync("SELECT count(*) FROM sources WHERE lease_owner LIKE '%' || $1 || '%'", cancellationToken, process.Mark) > 0) working.Add(process);
            }

            if (working.Count > 0) return working[random.Next(working.Count)];
            await Task.Delay(50, cancellationToken);
        }

        return null;
    }

    /// <summary>Takes the database away from the processes for a moment. False where none had a connection to lose.</summary>
    private async Task<bool> BreakAsync(int before, CancellationToken cancellationToken)
    {
        const string Theirs = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1";
        if (server is null)
        {
            var cut = await ScalarAsync($"SELECT count(pg_terminate_backend(pid)) {Theirs}", cancellationToken, Application);
            tell($"cut {cut} connections of the database");
            return cut > 0;
        }

        if (await ScalarAsync($"SELECT count(*) {Theirs}", cancellationToken, Application) is var open && open == 0) return false;
        var abruptly = before % 2 == 0;
        await server.RestartAsync(abruptly, cancellationToken);
        tell($"restarted PostgreSQL {(abruptly ? "abruptly" : "in order")} under {open} connections");
        return true;
    }

    private Task<long> CountDoneAsync(CancellationToken cancellationToken) => ScalarAsync("SELECT count(*) FROM sources WHERE state = 'done'", cancellationToken);

    private Task<long> ScalarAsync(string sql, CancellationToken cancellationToken, params object[] values) => DatabasePatience.AskAsync(async () =>
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }, TimeProvider.System, cancellationToken);
}

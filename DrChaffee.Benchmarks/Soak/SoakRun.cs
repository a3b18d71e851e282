using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace DrChaffee.Benchmarks.Soak;

/// <summary>What a soak did and found.</summary>
/// <param name="Faults">Each in a sentence; none where every source ended done exactly once.</param>
public sealed record SoakReport(int Recordings, int Kills, int ConnectionCuts, int ProcessesStarted, double Seconds, IReadOnlyList<string> Faults);

/// <summary>
/// Two processes ingest a folder together while one or the other is killed at random moments and the database's connections are all cut, until everything is
/// done; then looks whether every source is done exactly once, no segment lost or doubled, no lease stuck.
/// </summary>
/// <param name="connectionString">Of an empty database with this program's schema.</param>
public sealed class SoakRun(string connectionString, Action<string> tell)
{
    private const int AtOnce = 2;
    private const int FewestLeft = 8;
    private const string Application = "drchaffee soak";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly List<Ingester> _running = [];
    private int _started;

    public async Task<SoakReport> RunAsync(int recordings, int kills, int cuts, int seed, CancellationToken cancellationToken)
    {
        using var talks = new SoakTalks(recordings);
        var data = Directory.CreateTempSubdirectory("chaffee-soak-data-").FullName;
        var began = Stopwatch.GetTimestamp();
        var random = new Random(seed);
        var cutAfter = Enumerable.Range(1, cuts).Select(cut => cut * kills / (cuts + 1)).ToHashSet();
        var (killed, cutsMade) = (0, 0);
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

                var victim = _running[random.Next(_running.Count)];
                if (!await WorksAsync(victim, cancellationToken)) continue;
                if (cutAfter.Contains(killed) && await CutAsync(cancellationToken) > 0)
                {
                    cutAfter.Remove(killed);
                    cutsMade++;
                    continue; // who was cut off goes on
                }

                var longest = Math.Clamp(15 * (talks.Lines.Count - soFar) / (kills - killed), 30, 400); // so that the work does not end before the kills
                await Task.Delay(random.Next(0, (int)longest), cancellationToken);
                await victim.KillAsync();
                killed++;
                var done = await CountDoneAsync(cancellationToken);
                tell(string.Create(CultureInfo.InvariantCulture, $"killed {killed} of {kills}; {done} of {talks.Lines.Count} done after {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s"));
            }

            foreach (var process in _running) await process.WaitAsync(cancellationToken); // what still runs ends by itself
            var faults = await new SoakCheck(connectionString).FaultsAsync(talks.Lines, cancellationToken);
            if (cutsMade < cuts) faults = [.. faults, $"Only {cutsMade} of {cuts} times there were connections to cut."];
            if (killed < kills) faults = [.. faults, $"Only {killed} of {kills} kills met a process at work: the work was done before."];
            return new SoakReport(talks.Lines.Count, killed, cutsMade, _started, Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 1), faults);
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

    /// <summary>Waits until the process holds a source; false where it ended before.</summary>
    private async Task<bool> WorksAsync(Ingester process, CancellationToken cancellationToken)
    {
        while (!process.HasEnded)
        {
            if (await ScalarAsync("SELECT count(*) FROM sources WHERE lease_owner LIKE '%' || $1 || '%'", cancellationToken, process.Mark) > 0) return true;
            await Task.Delay(50, cancellationToken);
        }

        return false;
    }

    /// <summary>Cuts every connection of the processes, as a restart of the server does.</summary>
    private async Task<long> CutAsync(CancellationToken cancellationToken)
    {
        var cut = await ScalarAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1", cancellationToken, Application);
        tell($"cut {cut} connections of the database");
        return cut;
    }

    private Task<long> CountDoneAsync(CancellationToken cancellationToken) => ScalarAsync("SELECT count(*) FROM sources WHERE state = 'done'", cancellationToken);

    private async Task<long> ScalarAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

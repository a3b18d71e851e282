using System.Diagnostics;
using DrChaffee.Benchmarks.Search;
using Npgsql;

namespace DrChaffee.Benchmarks.Hub;

/// <summary>Many clients of one web server, and one that appends events as a run does.</summary>
internal sealed class HubRun(string connectionString, Action<string> tell)
{
    private const string Password = "for this measurement only";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Dictionary<long, long> _sent = [];

    public async Task<HubReport> RunAsync(int clients, int rate, TimeSpan length, CancellationToken cancellationToken)
    {
        await using var server = await WebProcess.StartAsync(connectionString, Password);
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        var cookies = await SignIn.AsAdminAsync(server.Address, Password, cancellationToken);
        var connected = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => HubClient.ConnectAsync(server.Address, cookies, cancellationToken)));
        try
        {
            tell($"{clients} clients are connected");
            await AppendAsync(dataSource, rate, length, cancellationToken);
            var (waited, expected) = (Stopwatch.GetTimestamp(), _sent.Count);
            while (connected.Any(client => client.Heard.Count < expected) && Stopwatch.GetElapsedTime(waited) < Patience) await Task.Delay(100, cancellationToken);
            return Report(connected, rate);
        }
        finally
        {
            foreach (var client in connected) await client.DisposeAsync();
        }
    }

    /// <summary>One transaction an event; under load as many in one as are due.</summary>
    private async Task AppendAsync(NpgsqlDataSource dataSource, int rate, TimeSpan length, CancellationToken cancellationToken)
    {
        var run = Guid.CreateVersion7();
        await AppendAsync(dataSource, run, "run_started", 1, cancellationToken);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / rate));
        var (started, total) = (Stopwatch.GetTimestamp(), (int)(rate * length.TotalSeconds));
        for (var done = 0; done < total && await timer.WaitForNextTickAsync(cancellationToken);)
        {
            var due = Math.Min(total, (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * rate)) - done;
            if (due <= 0) continue;
            await AppendAsync(dataSource, run, "discovered", due, cancellationToken);
            done += due;
        }
    }

    private async Task AppendAsync(NpgsqlDataSource dataSource, Guid run, string kind, int count, CancellationToken cancellationToken)
    {
        var before = Stopwatch.GetTimestamp();
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock(hashtext('ingestion_events'))"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "INSERT INTO ingestion_events (at, run_id, kind, source_key, title, stage) SELECT now(), $1, $2, 'file-' || n % 20, 'A talk of ordinary length ' || n % 20, 'discover' FROM generate_series(1, $3) n RETURNING id")
        {
            Parameters = { new NpgsqlParameter { Value = run }, new NpgsqlParameter { Value = kind }, new NpgsqlParameter { Value = count } },
        });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) _sent[reader.GetInt64(0)] = before;
    }

    private HubReport Report(HubClient[] clients, int rate)
    {
        var latency = new Latency();
        var (delivered, lost, repeated) = (0, 0, 0);
        foreach (var client in clients)
        {
            var last = client.BeganAt;
            foreach (var (id, at) in client.Heard)
            {
                if (id <= last)
                {
                    repeated++;
                    continue;
                }

                last = id;
                delivered++;
                latency.Add(Stopwatch.GetElapsedTime(_sent[id], at));
            }

            lost += _sent.Count - client.Heard.Select(heard => heard.Id).Distinct().Count();
        }

        return new HubReport(clients.Length, rate, delivered, lost, repeated, latency.At(.5), latency.At(.95), latency.At(.99), latency.Worst);
    }
}

/// <summary>What was measured, from before the transaction began until the client had the event.</summary>
/// <param name="Delivered">Events, counted for each client that got them.</param>
/// <param name="Repeated">Those that came twice, or out of order.</param>
internal sealed record HubReport(int Clients, int Rate, int Delivered, int Lost, int Repeated, double P50Ms, double P95Ms, double P99Ms, double MaxMs);

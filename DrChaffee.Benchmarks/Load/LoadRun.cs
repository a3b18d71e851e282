using System.Diagnostics;
using DrChaffee.Benchmarks.Search;
using DrChaffee.Benchmarks.Soak;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Evaluation;
using Npgsql;

namespace DrChaffee.Benchmarks.Load;

/// <summary>Searches at a steady rate: first undisturbed, then while PostgreSQL is restarted.</summary>
internal sealed class LoadRun(PostgresServer postgres, Action<string> tell)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20); // until the server's hot code is compiled
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(10);

    public async Task<LoadReport> RunAsync(string data, int passages, int clients, double rate, int seconds, CancellationToken cancellationToken)
    {
        await using var scratch = await ScratchDatabase.CreateAsync(new ChaffeeSettings { ConnectionString = postgres.ConnectionString }, cancellationToken);
        await new BenchmarkLibrary(scratch).FillAsync(data, passages, tell);
        foreach (var settle in (string[])["VACUUM ANALYZE", "CHECKPOINT"]) await scratch.ExecuteAsync(settle, cancellationToken); // so that the server is not at it meanwhile
        IReadOnlyList<string> questions = [.. (await new Questions(scratch.Get<NpgsqlDataSource>()).NextAsync(8_000)).Select(question => question.Text)];
        await using var server = await WebProcess.StartAsync(scratch.ConnectionString);
        using var load = new PacedLoad(server.Address, questions, clients, rate);
        tell("warming up");
        await load.RunAsync(WarmUp);
        tell($"{clients} clients, {rate} searches a second, {seconds} s");
        var calm = await load.RunAsync(TimeSpan.FromSeconds(seconds));
        var memory = server.PeakMegabytes();

        tell("PostgreSQL is restarted");
        var disturbed = load.RunAsync(TimeSpan.FromSeconds(seconds));
        await Task.Delay(Before, cancellationToken);
        var down = Stopwatch.GetTimestamp();
        await postgres.RestartAsync(abruptly: false, cancellationToken);
        var back = Stopwatch.GetTimestamp();
        var restarted = await disturbed;
        var after = restarted.LastError is { } last && last > back ? Stopwatch.GetElapsedTime(back, last).TotalSeconds : 0;
        return new LoadReport(passages, clients, rate, calm, memory, restarted, Math.Round(Stopwatch.GetElapsedTime(down, back).TotalSeconds, 2), Math.Round(after, 2), server.PeakMegabytes());
    }
}

/// <param name="RestartS">How long PostgreSQL was away.</param>
/// <param name="ErrorsAfterReturnS">How long after its return the last search failed.</param>
internal sealed record LoadReport(
    int Passages, int Clients, double Rate, LoadResult Calm, double MemoryMb, LoadResult Restarted, double RestartS, double ErrorsAfterReturnS, double MemoryAfterMb)
{
    /// <summary>What is asked for and was not reached, in words.</summary>
    public IReadOnlyList<string> Missed =>
    [
        .. Unless(Calm.Errors == 0, "a search failed undisturbed"),
        .. Unless(Calm.P95Ms < 100, "the 95th percentile is 100 ms or more"),
        .. Unless(Calm.HealthMaxMs < 50, "/health took 50 ms or more"),
        .. Unless(MemoryMb < 450, "the web process took 450 MB or more"),
        .. Unless(ErrorsAfterReturnS <= 5, "searches failed later than 5 s after the restart"),
    ];

    private static string[] Unless(bool holds, string missed) => holds ? [] : [missed];
}

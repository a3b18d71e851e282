using System.Diagnostics;
using DrChaffee.Domain.Sync;
using DrChaffee.Ingestion.Evaluation;

namespace DrChaffee.Benchmarks.Sync;

/// <summary>The command <c>sync</c> of the program, ended by <c>kill -9</c> at any moment, again and again.</summary>
internal sealed class SyncKills(ScratchDatabase from, ScratchDatabase into)
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(1); // before that the runtime loads

    private readonly Random _random = new(1);

    /// <param name="change">Changes what is to be carried, before each sync that finds nothing left.</param>
    /// <param name="length">How long a whole one takes.</param>
    /// <returns>How many were ended before they were through, and whether both libraries agree after one that was not.</returns>
    public async Task<(int Killed, bool Agree)> RunAsync(int kills, Func<Task> change, TimeSpan length, CancellationToken cancellationToken)
    {
        var killed = 0;
        await change();
        while (killed < kills)
        {
            using var program = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DrChaffee.Web.dll"), "sync", "--from", from.ConnectionString, "--to", into.ConnectionString])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var (said, erred) = (program.StandardOutput.ReadToEndAsync(cancellationToken), program.StandardError.ReadToEndAsync(cancellationToken));
            await Task.Delay(Start + _random.NextDouble() * length, cancellationToken);
            var ended = program.HasExited;
            program.Kill(entireProcessTree: true);
            await program.WaitForExitAsync(cancellationToken);
            await Task.WhenAll(said, erred);
            if (!ended) killed++;
            else if (program.ExitCode != 0) throw new InvalidOperationException($"The sync ended with {program.ExitCode}: {await erred}");
            else await change();
            while (await into.ReadAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'drchaffee sync'", cancellationToken) > 0)
                await Task.Delay(50, cancellationToken);
        }

        await SyncMix.SyncAsync(from, into, new SyncOptions(), cancellationToken);
        var last = await SyncMix.SyncAsync(from, into, new SyncOptions(Verify: true), cancellationToken);
        return (killed, last is { Agrees: true, Verified: true, Explained.Count: 0, Recordings: { Added: 0, Changed: 0, Deleted: 0, Kept: 0 } });
    }
}

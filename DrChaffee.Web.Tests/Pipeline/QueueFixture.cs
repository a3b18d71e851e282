using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Pipeline;

/// <summary>Puts sources into the queue as a run does that found them on a host.</summary>
internal static class QueueFixture
{
    public static async Task PutAsync(this IngestionProcess process, CancellationToken cancellationToken, params string[] addresses)
    {
        var channel = new ChannelFacts("rss", "https://talks.example/feed", "Talks");
        await process.Get<WorkQueue>().PutAsync([.. addresses.Select(address => new WorkOrder(
            new SourceFacts("http", address, $"Talk at {address}", channel, address, null, null, address), new FetchPlan(FetchKind.Http, address), Keep: false))], afresh: false, cancellationToken);
    }

    public static string KeyOf(string address) => Domain.Sources.SourceKey.From("http", address);

    /// <summary>As if the wait for another try, and for the circuits to let one through, were over.</summary>
    public static Task PassTimeAsync(this TestDatabase database) => database.ScalarAsync<object>("""
        WITH due AS (UPDATE sources SET next_try_at = now() WHERE next_try_at IS NOT NULL) UPDATE host_circuits SET open_until = now() WHERE open_until IS NOT NULL
        """);
}

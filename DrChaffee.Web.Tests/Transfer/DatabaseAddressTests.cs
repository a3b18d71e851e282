using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using DrChaffee.Ingestion.Transfer;
using DrChaffee.Web.Tests.Infrastructure;
using Npgsql;

namespace DrChaffee.Web.Tests.Transfer;

public sealed class DatabaseAddressTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Who_watches_the_connections_is_told_where_they_lead_and_not_how_they_are_opened()
    {
        var token = TestContext.Current.CancellationToken;
        var address = new DatabaseAddress(database.ConnectionString);
        var pools = new ConcurrentBag<string>();
        using var listener = new MeterListener { InstrumentPublished = (figure, all) => { if (figure.Meter.Name == "Npgsql") all.EnableMeasurementEvents(figure); } };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Note(tags));
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Note(tags));
        listener.SetMeasurementEventCallback<int>((_, _, tags, _) => Note(tags));
        listener.Start();

        await using (var connection = await address.OpenAsync(token))
        {
            await using var command = new NpgsqlCommand("SELECT 1", connection);
            Assert.Equal(1, await command.ExecuteScalarAsync(token));
        }

        Assert.Contains(address.Name, pools);
        Assert.DoesNotContain(pools, pool => pool.Contains("drchaffee transfer", StringComparison.Ordinal));

        void Note(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags) if (tag is { Key: "db.client.connection.pool.name", Value: string pool }) pools.Add(pool);
        }
    }
}

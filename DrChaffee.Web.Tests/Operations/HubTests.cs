using System.Net;
using DrChaffee.Benchmarks.Hub;
using DrChaffee.Domain.Operations;
using DrChaffee.Web.Features.Operations;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Operations;

public sealed class HubTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_client_gets_each_event_once_and_in_order_and_one_that_was_away_what_it_missed()
    {
        var cookies = await CookiesAsync();
        await AppendAsync(3);
        var stayed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => HubClient.ConnectAsync(app.Address, cookies, Token)));
        var left = await HubClient.ConnectAsync(app.Address, cookies, Token);
        for (var i = 0; i < 20; i++) await AppendAsync(1 + i % 3);
        await Poll.UntilAsync(async () => left.Heard.Count > 0 && left.Heard.Last().Id == await LastAsync());
        var before = left.Heard.Select(heard => heard.Id).ToList();

        await left.DisposeAsync();
        for (var i = 0; i < 20; i++) await AppendAsync(1 + i % 3);
        await using var back = await HubClient.ConnectAsync(app.Address, cookies, Token);
        await AppendAsync(5);
        var missed = await back.EventsAfterAsync(before[^1], Token);
        await AppendAsync(5);
        var last = await LastAsync();
        await Poll.UntilAsync(() => Task.FromResult(stayed.Append(back).All(client => client.Heard.Count > 0 && client.Heard.Last().Id == last)));

        Assert.All(stayed.Append(back), client => Assert.Equal(Numbers(client.BeganAt + 1, last), client.Heard.Select(heard => heard.Id)));
        Assert.True(missed.Complete);
        Assert.Equal(Numbers(left.BeganAt + 1, missed.LastEventId), before.Concat(missed.Events.Select(happened => happened.Id)));
        Assert.True(missed.LastEventId >= back.BeganAt);
        foreach (var client in stayed) await client.DisposeAsync();
    }

    [Fact]
    public async Task Who_missed_what_is_deleted_or_too_much_takes_the_picture_anew()
    {
        var log = app.Services.GetRequiredService<EventLog>();
        await CookiesAsync();
        await AppendAsync(3);
        var first = await LastAsync() - 2;
        await app.Database.ScalarAsync<object>($"DELETE FROM ingestion_events WHERE id <= {first}");

        Assert.False((await log.MissedAsync(first - 1, Token)).Complete);
        Assert.Equal((true, 2), ((await log.MissedAsync(first, Token)).Complete, (await log.MissedAsync(first, Token)).Events.Count));
        Assert.False((await log.MissedAsync(first + 1_000_000, Token)).Complete);
        await AppendAsync(EventLog.MostMissed);
        var tooMany = await log.MissedAsync(first, Token);
        Assert.Equal((false, 0, await LastAsync()), (tooMany.Complete, tooMany.Events.Count, tooMany.LastEventId));
    }

    [Fact]
    public async Task A_client_that_is_too_slow_begins_anew_and_holds_no_more_than_its_queue()
    {
        var queue = new ClientQueue();
        for (var i = 1; i <= ClientQueue.MostBatches; i++) queue.Add(Batch(i));
        var first = await queue.NextAsync(Token);
        queue.Add(Batch(100));
        queue.Add(Batch(101));

        Assert.Equal(1, first!.LastEventId);
        Assert.Null(await queue.NextAsync(Token));
        queue.Restart();
        queue.Add(Batch(102));
        Assert.Equal(102, (await queue.NextAsync(Token))!.LastEventId);
    }

    [Fact]
    public async Task Events_are_listed_after_a_number()
    {
        using var client = await app.SignedInClientAsync();
        await AppendAsync(5);
        var last = await LastAsync();

        var list = await client.JsonAsync($"/api/admin/ingestion/events?after={last - 4}&take=3");
        using var wrong = await client.GetAsync(new Uri("/api/admin/ingestion/events?after=yesterday", UriKind.Relative), Token);

        Assert.Equal(["total", "items"], list.Names());
        Assert.Equal(4, list.GetProperty("total").GetInt32());
        Assert.Equal(Numbers(last - 3, last - 1), list.GetProperty("items").EnumerateArray().Select(happened => happened.GetProperty("id").GetInt64()));
        Assert.Equal("discovered", list.GetProperty("items")[0].GetProperty("kind").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.StartsWith("after is 'yesterday'", (await wrong.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0198c0de-0000-7000-8000-000000000000")]
    [InlineData("nonsense")]
    public async Task A_run_that_this_process_does_not_have_cannot_be_stopped(string run)
    {
        using var client = await app.SignedInClientAsync();
        using var answer = await client.PostAsync(new Uri($"/api/admin/ingestion/{run}/stop", UriKind.Relative), content: null, Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(run, (await answer.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static EventBatch Batch(long id) => new([new IngestionEvent { Id = id }]);

    private static IEnumerable<long> Numbers(long from, long to) => Enumerable.Range(0, (int)(to - from + 1)).Select(i => from + i);

    private async Task<CookieContainer> CookiesAsync()
    {
        using var client = await app.SignedInClientAsync();
        return await SignIn.AsAdminAsync(app.Address, ChaffeeApp.Password, Token);
    }

    private Task<long> LastAsync() => app.Database.ScalarAsync<long>("SELECT max(id) FROM ingestion_events");

    private Task<object?> AppendAsync(int count) => app.Database.ScalarAsync<object>($"""
        BEGIN;
        SELECT pg_advisory_xact_lock(hashtext('ingestion_events'));
        INSERT INTO ingestion_events (run_id, kind, source_key, title, stage) SELECT '0198c0de-0000-7000-8000-000000000001', 'discovered', 'file-' || n, 'Talk ' || n, 'discover' FROM generate_series(1, {count}) n;
        COMMIT
        """);
}

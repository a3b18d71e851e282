using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Pipeline;

public sealed class HostCircuitsTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_that_refuses_is_left_alone_by_all_processes_and_others_go_on()
    {
        var (process, fetcher) = await StartAsync();
        await using var _ = process;
        var (second, secondFetcher) = Start();
        await using var __ = second;
        fetcher.Before = (address, _) => address.Contains("bad.example", StringComparison.Ordinal) ? throw new SourceFailedException(FailureClass.Blocked, "bad.example refuses this machine.") : Task.CompletedTask;
        await process.PutAsync(Token, [.. Enumerable.Range(0, 6).Select(i => $"https://bad.example/{i}"), .. Enumerable.Range(0, 4).Select(i => $"https://good.example/{i}")]);

        var first = await process.TakeUpAsync(Token);
        var after = await second.TakeUpAsync(Token);
        var why = await second.Get<SourceSteering>().WhyAsync([QueueFixture.KeyOf("https://bad.example/5")], Token);
        var circuit = Assert.Single(await second.Get<SourceSteering>().CircuitsAsync(Token));

        Assert.Equal(4, first.Counts.Done);
        Assert.InRange(first.Counts.Failed, 1, 2); // those under way at once
        Assert.Equal(0, after.Counts.Found);
        Assert.Empty(secondFetcher.Asked);
        Assert.Equal("bad.example", circuit.Host);
        Assert.InRange((circuit.OpenUntil - TimeProvider.System.GetUtcNow())!.Value.TotalMinutes, 14, 16);
        Assert.StartsWith("bad.example is left alone until ", Assert.Single(why).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_time_is_over_one_request_is_let_through_and_its_failure_opens_it_for_longer()
    {
        var (process, fetcher) = await StartAsync();
        await using var _ = process;
        fetcher.Before = (_, _) => throw new SourceFailedException(FailureClass.Blocked, "a.example refuses this machine.");
        await process.PutAsync(Token, [.. Enumerable.Range(0, 6).Select(i => $"https://a.example/{i}")]);
        await process.TakeUpAsync(Token);
        var askedAtFirst = fetcher.Asked.Count;
        await database.PassTimeAsync();

        await process.TakeUpAsync(Token);

        Assert.Equal(1, fetcher.Asked.Count - askedAtFirst);
        Assert.InRange(await database.ScalarAsync<double>("SELECT extract(epoch FROM open_until - now())::double precision / 60 FROM host_circuits"), 29, 31);
    }

    [Fact]
    public async Task The_success_of_the_one_let_through_closes_it_and_the_rest_follow()
    {
        var (process, fetcher) = await StartAsync();
        await using var _ = process;
        fetcher.Before = (_, _) => throw new SourceFailedException(FailureClass.Blocked, "a.example refuses this machine.");
        await process.PutAsync(Token, [.. Enumerable.Range(0, 6).Select(i => $"https://a.example/{i}")]);
        await process.TakeUpAsync(Token);
        await database.PassTimeAsync();
        fetcher.Before = (_, _) => Task.CompletedTask;

        await process.TakeUpAsync(Token);

        Assert.Equal(6, await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'done'"));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM host_circuits"));
    }

    [Fact]
    public async Task Failures_open_it_from_the_third_on_and_a_failed_source_is_tried_again_in_its_time()
    {
        var (process, fetcher) = await StartAsync();
        await using var _ = process;
        fetcher.Before = (_, _) => throw new SourceFailedException(FailureClass.Transient, "a.example did not answer.") { Detail = "connection reset" };
        await process.PutAsync(Token, "https://a.example/1");

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(1, (await process.TakeUpAsync(Token)).Counts.Failed);
            if (i < 2) Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM host_circuits WHERE open_until IS NOT NULL"));
            await database.ScalarAsync<object>("UPDATE sources SET next_try_at = now()");
        }

        Assert.Equal(1, await database.ScalarAsync<long>("SELECT count(*) FROM host_circuits WHERE open_until > now() AND failures = 3"));
        Assert.Equal("connection reset", await database.ScalarAsync<string>("SELECT failure_detail FROM sources"));
        Assert.Equal(3, await database.ScalarAsync<int>("SELECT attempts FROM sources"));
    }

    [Fact]
    public async Task A_host_is_left_alone_for_as_long_as_it_asks()
    {
        var (process, fetcher) = await StartAsync();
        await using var _ = process;
        fetcher.Before = (_, _) => throw new SourceFailedException(FailureClass.Transient, "a.example has too many requests.") { RetryAfter = TimeSpan.FromMinutes(7) };
        await process.PutAsync(Token, "https://a.example/1");

        await process.TakeUpAsync(Token);

        Assert.InRange(await database.ScalarAsync<double>("SELECT extract(epoch FROM open_until - now())::double precision FROM host_circuits"), 410, 420);
        Assert.InRange(await database.ScalarAsync<double>("SELECT extract(epoch FROM next_try_at - now())::double precision FROM sources"), 410, 427);
    }

    [Fact]
    public async Task Several_are_fetched_at_once_but_few_of_one_host()
    {
        var (process, fetcher) = await StartAsync();
        await using var _ = process;
        fetcher.Before = (_, token) => Task.Delay(1000, token);
        await process.PutAsync(Token, [.. Enumerable.Range(0, 6).Select(i => $"https://a.example/{i}")]);
        await process.TakeUpAsync(Token);
        var ofOneHost = fetcher.MostAtOnce;
        await process.PutAsync(Token, [.. Enumerable.Range(0, 8).Select(i => $"https://h{i}.example/talk")]);
        await process.TakeUpAsync(Token);

        Assert.Equal((2, 4), (ofOneHost, fetcher.MostAtOnce));
    }

    private async Task<(IngestionProcess Process, FakeFetcher Fetcher)> StartAsync()
    {
        var started = Start();
        await database.ClearAsync();
        return started;
    }

    private (IngestionProcess Process, FakeFetcher Fetcher) Start()
    {
        var fetcher = new FakeFetcher(_folder.WriteWav("served.wav"));
        return (new IngestionProcess(database, new FakeTranscriber(), fetcher: fetcher), fetcher);
    }
}

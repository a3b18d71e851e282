using System.Globalization;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Discovery.Podcasts;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.Discovery;

/// <summary>A feed of thirty episodes on ten pages, a day apart, the newest first.</summary>
public sealed class PagedFeedTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const int Pages = 10;
    private const int OnPage = 3;
    private static readonly DateTimeOffset Newest = new(2024, 3, 30, 8, 0, 0, TimeSpan.Zero);

    private readonly List<string> _asked = [];
    private LocalServer _server = null!;
    private IngestionProcess _process = null!;
    private Func<int, int> _next = page => page + 1;
    private int _broken = -1;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _process = new IngestionProcess(database, fetch: new FetchSettings { PrivateAddressesAllowed = true });
        await database.ClearAsync();
        _server = await LocalServer.StartAsync(AnswerAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _process.DisposeAsync();
    }

    [Fact]
    public async Task All_pages_are_read_in_turn()
    {
        var found = await FindAsync(request => request);

        Assert.Equal(Pages * OnPage, found.Count);
        Assert.Equal((Newest, Newest.AddDays(-29)), (found[0].PublishedAt, found[^1].PublishedAt));
        Assert.Equal(Pages, _asked.Count);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    public async Task A_limit_asks_for_no_more_pages_than_it_needs(int limit, int pages)
    {
        var found = await FindAsync(request => request with { Limit = limit });

        Assert.Equal((pages * OnPage, pages), (found.Count, _asked.Count));
    }

    [Fact]
    public async Task What_is_not_wanted_does_not_count_towards_the_limit()
    {
        await using var db = await database.OpenAsync();
        db.Channels.Add(new Channel { Kind = ChannelKinds.Rss, Address = Address, Title = "Plain talk", Filter = new RecordingFilter { NotTitles = ["^Talk 0$", "^Talk 1$"] } });
        await db.SaveChangesAsync(Token);

        await FindAsync(request => request with { Limit = 3 });

        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task The_first_page_older_than_the_day_is_the_last()
    {
        await FindAsync(request => request with { Since = new DateOnly(2024, 3, 26) }); // five episodes

        Assert.Equal(3, _asked.Count);
    }

    [Fact]
    public async Task Who_wants_the_newest_stops_at_a_page_on_which_all_is_known()
    {
        await KnowAsync(3, 4, 5, 9);

        var newest = (await FindAsync(request => request with { NewestFirst = true }), _asked.Count);
        _asked.Clear();
        var unprocessed = (await FindAsync(request => request with { Limit = 8, LimitUnprocessed = true }), _asked.Count);
        _asked.Clear();
        await FindAsync(request => request with { NewestFirst = true, Force = true });

        Assert.Equal((6, 2), (newest.Item1.Count, newest.Count));
        Assert.Equal((12, 4), (unprocessed.Item1.Count, unprocessed.Count)); // three, none, three, two
        Assert.Equal(Pages, _asked.Count);
    }

    [Fact]
    public async Task A_nightly_run_goes_on_past_what_is_known_until_it_has_enough_that_is_not()
    {
        await KnowAsync(0, 1, 2, 3, 4, 5);

        var found = await FindAsync(request => request with { Limit = 4, LimitUnprocessed = true, NewestFirst = true });

        Assert.Equal((12, 4), (found.Count, _asked.Count));
    }

    [Theory]
    [InlineData(4, 4, 15, 5)]
    [InlineData(4, 0, 15, 5)]
    [InlineData(4, 99, 15, 6)]
    public async Task Pages_that_lead_back_or_to_nothing_new_end_it(int page, int leadsTo, int episodes, int pages)
    {
        _next = at => at == page ? leadsTo : at + 1;

        var found = await FindAsync(request => request);

        Assert.Equal((episodes, pages), (found.Count, _asked.Count));
    }

    [Fact]
    public async Task A_page_that_cannot_be_had_leaves_the_newer_ones()
    {
        _broken = 2;

        Assert.Equal(6, (await FindAsync(request => request)).Count);
    }

    [Fact]
    public async Task Only_the_first_page_is_asked_whether_it_changed()
    {
        await using var db = await database.OpenAsync();
        db.Channels.Add(new Channel { Kind = ChannelKinds.Rss, Address = Address, Title = "Plain talk" });
        await db.SaveChangesAsync(Token);
        await FindAsync(request => request);
        _asked.Clear();

        var found = await FindAsync(request => request);

        Assert.Equal(Pages * OnPage, found.Count);
        Assert.Equal(["0 not modified", .. Enumerable.Range(1, Pages - 1).Select(page => $"{page}")], _asked);
    }

    private string Address => $"{_server.Address}feed?page=0";

    private Task<IReadOnlyList<Recording>> FindAsync(Func<IngestionRequest, IngestionRequest> with) =>
        _process.Get<PodcastFinder>().FindAsync(with(new IngestionRequest { Source = SourceKind.Rss, Channel = Address }), Token);

    private async Task KnowAsync(params int[] episodes)
    {
        foreach (var episode in episodes)
            await database.ScalarAsync<object>($"INSERT INTO sources (source_type, source_id, key, title, origin, state, stage, attempts, fencing_token, version) VALUES ('podcast', 'episode-of-plain-talk-{episode}', 'podcast-{episode}', 'Talk', '', 'done', 'store', 0, 1, 1)");
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var page = int.Parse(context.Request.Query["page"].ToString(), CultureInfo.InvariantCulture);
        if (context.Request.Headers.IfNoneMatch.Count > 0)
        {
            _asked.Add($"{page} not modified");
            context.Response.StatusCode = 304;
            return;
        }

        _asked.Add($"{page}");
        if (page == _broken)
        {
            context.Response.StatusCode = 500;
            return;
        }

        context.Response.Headers.ETag = $"\"page-{page}\"";
        context.Response.ContentType = "application/rss+xml";
        var first = page > Pages ? 0 : page * OnPage; // a page too far says under its own address what the first one says
        var episodes = Enumerable.Range(first, OnPage).Select(i =>
            $"<item><title>Talk {i}</title><guid>episode-of-plain-talk-{i}</guid><pubDate>{Newest.AddDays(-i):r}</pubDate><enclosure url=\"/{i}.mp3\" type=\"audio/mpeg\"/></item>");
        var next = page < Pages - 1 || page > Pages ? $"<atom:link rel=\"next\" href=\"/feed?page={_next(page)}\"/>" : "";
        await context.Response.WriteAsync($"<rss xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>Plain talk</title><atom:link rel=\"self\" href=\"/feed\"/>{next}{string.Concat(episodes)}</channel></rss>", context.RequestAborted);
    }
}

using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Download;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Web.Tests.Discovery;

/// <summary>From a feed on a server of ours to words in the library.</summary>
public sealed class PodcastTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly FetchSettings Inside = new() { PrivateAddressesAllowed = true };

    private readonly TestFolder _folder = new();
    private MediaHost _host = null!;
    private string? _conditional;
    private int _feeds, _unchanged;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await MediaHost.StartAsync(await File.ReadAllBytesAsync(_folder.WriteWav("talk.wav", seconds: 130), Token));
        _host.Otherwise = AnswerAsync;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_episode_is_fetched_its_transcript_used_and_its_audio_gone_afterwards()
    {
        await using var process = new IngestionProcess(database, fetch: Inside);
        await database.ClearAsync();

        var report = await IngestAsync(process);

        await using var db = await database.OpenAsync();
        var source = await db.Sources.Include(s => s.Channel).SingleAsync(s => s.State == SourceState.Done, Token);
        Assert.Equal((2, 1, 1), (report.Counts.Found, report.Counts.Done, report.Counts.Failed));
        Assert.Equal(("podcast", "episode-one-of-plain-talk", "Salt", null), (source.SourceType, source.SourceId, source.Title, source.MediaPath));
        Assert.Equal(("Too much.", "https://example.org/salt.jpg", "rss", "Plain talk"), (source.Description, source.ThumbnailUrl, source.Channel!.Kind, source.Channel.Title));
        Assert.Equal("Salt raises blood pressure.", (await db.Segments.SingleAsync(Token)).Text);
        Assert.Equal(FailureClass.Gone, Assert.Single(report.Failures).FailureClass);
        Assert.Empty(Directory.EnumerateFiles(process.DataDirectory, "*.wav", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(process.DataDirectory, "*.vtt", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Media_of_a_source_that_failed_for_good_goes_before_the_next_is_fetched()
    {
        await using var process = new IngestionProcess(database, fetch: Inside);
        await database.ClearAsync();
        var store = process.Get<Ingestion.Download.AudioStore>();
        var left = Path.Combine(store.UnfinishedFolder("http://left/behind.wav"), "media.part");
        await File.WriteAllTextAsync(left, "what a source left behind", Token);
        var media = (await store.AddAsync("http://left/behind.wav", left, ".wav", captions: null, keep: false, facts: null, Token)).MediaPath;
        await database.ScalarAsync<object>("INSERT INTO sources (source_type, source_id, key, title, origin, state, stage, failure_class, attempts, fencing_token, version) VALUES ('podcast', 'left', 'podcast-left', 'Left', 'http://left/behind.wav', 'failed', 'decode', 'broken', 1, 1, 0)");

        await IngestAsync(process);

        Assert.False(File.Exists(media));
        Assert.Empty(store.Temporary());
    }

    [Fact]
    public async Task Audio_that_is_to_be_kept_can_be_played()
    {
        await using var process = new IngestionProcess(database, fetch: Inside);
        await database.ClearAsync();

        await IngestAsync(process, request => request with { StoreAudioLocally = true });

        var kept = await database.ScalarAsync<string>("SELECT media_path FROM sources WHERE state = 'done'");
        Assert.True(File.Exists(kept));
    }

    [Fact]
    public async Task A_feed_that_has_not_changed_is_not_sent_again_and_loses_nothing()
    {
        await using var process = new IngestionProcess(database, fetch: Inside);
        await database.ClearAsync();
        await IngestAsync(process); // makes the channel's row
        await IngestAsync(process); // keeps what the server calls its content

        var report = await IngestAsync(process);

        Assert.Equal((2, 2), (report.Counts.Found, report.Counts.Skipped)); // one is done, and one failed before
        Assert.Equal(("\"feed-1\"", 1, 2), (_conditional, _unchanged, _feeds));
        await using var db = await database.OpenAsync();
        var channel = await db.Channels.SingleAsync(Token);
        Assert.Equal(("\"feed-1\"", null), (channel.Etag, channel.CheckFault));
        Assert.NotNull(channel.CheckedAt);
        Assert.NotNull(channel.LastModified);
    }

    [Fact]
    public async Task What_a_channel_does_not_want_is_left_out_with_the_reason()
    {
        await using var process = new IngestionProcess(database, fetch: Inside);
        await database.ClearAsync();
        await using var db = await database.OpenAsync();
        db.Channels.Add(new Channel { Kind = ChannelKinds.Rss, Address = $"{_host.Address}/feed.xml", Title = "Plain talk", Filter = new RecordingFilter { NotTitles = ["^gone"] } });
        await db.SaveChangesAsync(Token);

        var report = await IngestAsync(process, request => request with { Since = new DateOnly(2024, 3, 6) });

        Assert.Equal((2, 0, 2), (report.Counts.Found, report.Counts.Done, report.Counts.Skipped));
        Assert.Equal(
            ["published before 2024-03-06", "the title pattern '^gone' leaves it out"],
            await db.IngestionEvents.Where(e => e.Kind == Domain.Operations.IngestionEventKind.Skipped).OrderBy(e => e.Message).Select(e => e.Message).ToListAsync(Token));
    }

    [Fact]
    public async Task A_fault_is_noted_on_the_channel_and_a_pause_respected()
    {
        await using var process = new IngestionProcess(database, fetch: Inside);
        await database.ClearAsync();
        await using var db = await database.OpenAsync();
        var channel = db.Channels.Add(new Channel { Kind = ChannelKinds.Rss, Address = $"{_host.Address}/404.wav", Title = "Gone" }).Entity;
        await db.SaveChangesAsync(Token);

        var fault = await Assert.ThrowsAnyAsync<IngestionException>(() => IngestAsync(process, request => request with { Channel = channel.Address }));
        await db.Entry(channel).ReloadAsync(Token);
        Assert.Equal(("127.0.0.1 no longer has it (404 Not Found).", fault.Message), (channel.CheckFault, channel.CheckFault));

        channel.Paused = true;
        await db.SaveChangesAsync(Token);
        var paused = await Assert.ThrowsAnyAsync<IngestionException>(() => IngestAsync(process, request => request with { Channel = channel.Address }));
        Assert.Equal("Gone is paused; resume it on the page of the sources.", paused.Message);
    }

    [Fact]
    public async Task The_inside_is_not_asked_without_the_setting()
    {
        await using var process = new IngestionProcess(database);

        var refusal = await Assert.ThrowsAnyAsync<IngestionException>(() => IngestAsync(process));

        Assert.Contains("ALLOW_PRIVATE_ADDRESSES", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, _host.Asked);
    }

    private Task<IngestionReport> IngestAsync(IngestionProcess process, Func<IngestionRequest, IngestionRequest>? with = null)
    {
        var request = new IngestionRequest { Source = SourceKind.Rss, Channel = $"{_host.Address}/feed.xml" };
        return process.Get<IngestionPipeline>().RunAsync(with?.Invoke(request) ?? request, Token);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/feed.xml" when context.Request.Headers.IfNoneMatch.ToString() is { Length: > 0 } known:
                (_conditional, context.Response.StatusCode) = (known, StatusCodes.Status304NotModified);
                _unchanged++;
                break;
            case "/feed.xml":
                _feeds++;
                context.Response.ContentType = "application/rss+xml";
                context.Response.Headers.ETag = "\"feed-1\"";
                context.Response.Headers.LastModified = "Tue, 05 Mar 2024 08:30:00 GMT";
                await context.Response.WriteAsync("""
                    <rss xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Plain talk</title>
                      <item><title>Gone</title><guid>episode-two-of-plain-talk</guid><pubDate>Tue, 12 Mar 2024 08:30:00 GMT</pubDate><enclosure url="/410.wav" type="audio/wav"/></item>
                      <item><title>Salt</title><guid>episode-one-of-plain-talk</guid><pubDate>Tue, 05 Mar 2024 08:30:00 GMT</pubDate><description>Too much.</description>
                        <image href="https://example.org/salt.jpg"/><enclosure url="/talk.wav" type="audio/wav"/><podcast:transcript url="/words" type="text/vtt"/></item>
                    </channel></rss>
                    """, context.RequestAborted);
                break;
            case "/words":
                context.Response.ContentType = "text/vtt; charset=utf-8";
                await context.Response.WriteAsync("WEBVTT\n\n00:00.000 --> 00:04.000\nSalt raises blood pressure.\n", context.RequestAborted);
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }
}

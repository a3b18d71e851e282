using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Download.Youtube;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Download.Youtube;

/// <summary>YoutubeExplode against a server of ours; these tests exist only in a build with UseYoutubeExplode.</summary>
public sealed class YoutubeTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private YoutubeHost _host = null!;
    private YoutubeService _youtube = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await YoutubeHost.StartAsync();
        _youtube = new YoutubeService(_host.Detour());
    }

    public async ValueTask DisposeAsync()
    {
        _youtube.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_channel_is_listed_by_its_uploads()
    {
        var found = await FindAsync("@plaintalk");

        Assert.Equal([("youtube", "talktalknew"), ("youtube", "talktalkold")], found.Select(r => r.Identity));
        Assert.All(found, r => Assert.Equal(("Salt", TimeSpan.FromMinutes(10), "Plain talk", FetchKind.Youtube), (r.Title, r.Duration, r.Channel.Title, r.Plan.Kind)));
    }

    [Fact]
    public async Task With_a_day_each_upload_is_asked_until_one_is_older()
    {
        var recording = Assert.Single(await FindAsync("@plaintalk", new DateOnly(2024, 3, 4)));

        Assert.Equal((("youtube", "talktalknew"), new DateTimeOffset(2024, 3, 5, 8, 30, 0, TimeSpan.Zero), "Too much."), (recording.Identity!.Value, recording.PublishedAt!.Value, recording.Description));
    }

    [Fact]
    public async Task A_single_video_belongs_to_its_own_channel()
    {
        var recording = Assert.Single(await FindAsync("https://youtu.be/talktalk001"));

        Assert.Equal(($"https://www.youtube.com/channel/{YoutubeHost.ChannelId}", "Plain talk"), (recording.Channel.Address, recording.Channel.Title));
    }

    [Fact]
    public async Task Its_sound_and_the_captions_that_a_person_wrote_are_fetched()
    {
        var media = await FetchAsync("talktalk001");

        Assert.Equal(YoutubeHost.Media, await File.ReadAllBytesAsync(media.MediaPath, Token));
        Assert.EndsWith(".webm", media.MediaPath, StringComparison.Ordinal);
        Assert.Contains("Salt raises blood pressure.", await File.ReadAllTextAsync(media.CaptionPath!, Token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("private0001", FailureClass.Gone, "It is private, was removed, or never was there.")]
    [InlineData("members0001", FailureClass.Gone, "YouTube says: Join this channel to get access to members-only content like this video, and other exclusive perks.")]
    [InlineData("robot000001", FailureClass.Blocked, "YouTube says: Sign in to confirm you’re not a bot.")]
    [InlineData("forbidden01", FailureClass.Blocked, "www.youtube.com refuses this machine (403 Forbidden).")]
    [InlineData("often000001", FailureClass.Transient, "www.youtube.com is asked too often.")]
    [InlineData("closed00001", FailureClass.Transient, "The connection to www.youtube.com failed")]
    [InlineData("strange0001", FailureClass.Unsupported, "YoutubeExplode does not understand www.youtube.com any more")]
    [InlineData("resets00001", FailureClass.Transient, "The connection to www.youtube.com failed")]
    public async Task What_cannot_be_had_fails_in_its_class(string id, FailureClass failureClass, string sentence)
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FetchAsync(id));

        Assert.Equal(failureClass, failure.FailureClass);
        Assert.StartsWith(sentence, failure.Message, StringComparison.Ordinal);
        Assert.Equal("www.youtube.com", Assert.IsType<PlaceException>(failure.InnerException).Host);
    }

    [Fact]
    public async Task What_has_not_begun_waits() => await Assert.ThrowsAsync<SourceWaitsException>(() => FetchAsync("soon0000001"));

    [Fact]
    public async Task A_playlist_that_is_not_there_is_gone()
    {
        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => FindAsync("https://www.youtube.com/playlist?list=PL0123456789abcdef"));

        Assert.Equal(FailureClass.Gone, failure.FailureClass);
    }

    private Task<IReadOnlyList<Ingestion.Discovery.Recording>> FindAsync(string channel, DateOnly? since = null) =>
        new YoutubeFinder(_youtube).FindAsync(new IngestionRequest { Source = SourceKind.Youtube, Channel = channel, Since = since }, Token);

    private Task<FetchedMedia> FetchAsync(string id)
    {
        var settings = new ChaffeeSettings { ConnectionString = "", DataDirectory = _folder.Path, AudioDirectory = Path.Combine(_folder.Path, "audio") };
        var address = $"https://www.youtube.com/watch?v={id}";
        var source = new ClaimedSource(1, $"youtube-{id}", 1, new SourceFacts("youtube", id, "Salt", null, address, null, null, address));
        return new YoutubeFetcher(_youtube, new AudioStore(settings), settings, TimeProvider.System)
            .FetchAsync(new DiscoveredSource(source, new FetchPlan(FetchKind.Youtube, address), Keep: false), new Progress<double>(), Token);
    }
}

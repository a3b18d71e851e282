using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Discovery;

public sealed class FolderDiscoveryTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Captions_beside_the_media_are_found_by_their_name()
    {
        _folder.Write("a.mp3", "");
        _folder.Write("a.srt", "");
        _folder.Write("a.vtt", "");
        _folder.Write("deep/b.m4a", "");
        _folder.Write("deep/b.en.vtt", "");
        _folder.Write("deep/c.MKV", "");
        _folder.Write("notes.txt", "");

        var found = await FindAsync();

        Assert.Equal([("a.mp3", "a.vtt"), ("b.m4a", "b.en.vtt"), ("c.MKV", null)], found.Select(r => (Path.GetFileName(r.Plan.Location), Path.GetFileName(r.Plan.CaptionLocation))));
    }

    [Fact]
    public async Task A_loop_of_links_ends()
    {
        _folder.Write("talks/a.mp3", "");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "talks", "again"), _folder.Path);

        var found = await FindAsync();

        Assert.Single(found);
    }

    [Theory]
    [InlineData("a.mp3")]
    [InlineData("a")]
    public async Task The_manifest_names_title_day_channel_and_speaker(string file)
    {
        var path = _folder.Write("a.mp3", "");
        _folder.Write("library.json", $$"""[{"file":"{{file}}","title":"Waking up tired","published_on":"2024-03-02","channel":"Talks","speakers":["Ann Lee"]}]""");

        var found = Assert.Single(await FindAsync());

        Assert.Equal((path, "Waking up tired", "Talks", "Ann Lee"), (found.Plan.Location, found.Title, found.Channel.Title, found.OnlySpeaker));
        Assert.Equal(new DateTimeOffset(2024, 3, 2, 0, 0, 0, TimeSpan.Zero), found.PublishedAt);
    }

    [Theory]
    [InlineData("2024-05-01 Sleep and light.mp3", "Sleep and light", "2024-05-01", null)]
    [InlineData("20240501_sleep_and_light.mp3", "Sleep and light", "2024-05-01", null)]
    [InlineData("01-waking-up-tired.m4a", "01 waking up tired", null, null)]
    [InlineData("Why we sleep [dQw4w9WgXcQ].webm", "Why we sleep", null, "dQw4w9WgXcQ")]
    [InlineData("2024.mp3", "2024", null, null)]
    public void A_name_tells_title_day_and_video(string name, string title, string? day, string? id)
    {
        var read = MediaName.Of(name);

        Assert.Equal((title, day, id), (read.Title, read.Date?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), read.YoutubeId?.Value));
    }

    private Task<IReadOnlyList<Recording>> FindAsync() => new FolderDiscovery().FindAsync(new IngestionRequest { Channel = _folder.Path }, Token);
}

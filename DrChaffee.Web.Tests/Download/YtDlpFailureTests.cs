using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Download.YtDlp;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Tests.Download;

/// <summary>The words are yt-dlp's own, as its users report them.</summary>
public sealed class YtDlpFailureTests
{
    [Theory]
    [InlineData("[youtube] dQw4w9WgXcQ: Sign in to confirm you’re not a bot. Use --cookies-from-browser or --cookies for the authentication.", FailureClass.Blocked)]
    [InlineData("unable to download video data: HTTP Error 403: Forbidden", FailureClass.Blocked)]
    [InlineData("[vimeo] 1: The web client only works when logged-in. Use --cookies for the authentication", FailureClass.Blocked)]
    [InlineData("[youtube] dQw4w9WgXcQ: Unable to download webpage: HTTP Error 429: Too Many Requests (caused by <HTTPError 429: 'Too Many Requests'>); please report this issue on", FailureClass.Transient)]
    [InlineData("[youtube] dQw4w9WgXcQ: Video unavailable. This content isn't available, try again later. The current session has been rate-limited by YouTube", FailureClass.Transient)]
    [InlineData("[youtube] dQw4w9WgXcQ: Private video. Sign in if you've been granted access to this video", FailureClass.Gone)]
    [InlineData("[youtube] dQw4w9WgXcQ: Join this channel to get access to members-only content like this video, and other exclusive perks.", FailureClass.Gone)]
    [InlineData("[youtube] dQw4w9WgXcQ: Video unavailable. This video has been removed by the uploader", FailureClass.Gone)]
    [InlineData("[youtube] dQw4w9WgXcQ: Video unavailable. This video is no longer available because the YouTube account associated with this video has been terminated.", FailureClass.Gone)]
    [InlineData("[youtube] dQw4w9WgXcQ: Sign in to confirm your age. This video may be inappropriate for some users.", FailureClass.Gone)]
    [InlineData("[youtube] dQw4w9WgXcQ: Video unavailable. The uploader has not made this video available in your country", FailureClass.Gone)]
    [InlineData("[generic] None: Unable to download webpage: HTTP Error 404: Not Found", FailureClass.Gone)]
    [InlineData("Unsupported URL: https://example.org/about", FailureClass.Unsupported)]
    [InlineData("[x] 1: This video is DRM protected", FailureClass.Unsupported)]
    [InlineData("[youtube] dQw4w9WgXcQ: Requested format is not available. Use --list-formats for a list of available formats", FailureClass.Unsupported)]
    [InlineData("[youtube] dQw4w9WgXcQ: Unable to extract uploader id; please report this issue on  https://github.com/yt-dlp/yt-dlp/issues", FailureClass.Unsupported)]
    [InlineData("[generic] None: Unable to download webpage: <urlopen error [Errno -3] Temporary failure in name resolution>", FailureClass.Transient)]
    [InlineData("[youtube] dQw4w9WgXcQ: Unable to download API page: The read operation timed out", FailureClass.Transient)]
    [InlineData("unable to download video data: [Errno 104] Connection reset by peer", FailureClass.Transient)]
    [InlineData("Did not get any data blocks", FailureClass.Transient)]
    [InlineData("[generic] Unable to download webpage: HTTP Error 503: Service Unavailable", FailureClass.Transient)]
    [InlineData("Something that nobody has ever seen", FailureClass.Unsupported)]
    public void Each_complaint_has_its_class_and_all_of_it_is_kept(string complaint, FailureClass expected)
    {
        var said = $"WARNING: [generic] Falling back\nERROR: {complaint}";

        var failure = Assert.IsType<SourceFailedException>(YtDlpFailure.Of(new Uri("https://www.youtube.com/watch?v=dQw4w9WgXcQ"), said, 1));

        Assert.Equal(expected, failure.FailureClass);
        Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", failure.Message, StringComparison.Ordinal);
        var detail = Assert.IsType<PlaceException>(failure.InnerException);
        Assert.Contains(complaint, detail.Message, StringComparison.Ordinal);
        Assert.Equal("www.youtube.com", detail.Host);
    }

    [Theory]
    [InlineData("[youtube] dQw4w9WgXcQ: Premieres in 3 hours")]
    [InlineData("[youtube] dQw4w9WgXcQ: This live event will begin in 2 days.")]
    [InlineData("unable to write data: [Errno 28] No space left on device")]
    public void What_only_needs_time_or_room_waits(string complaint) =>
        Assert.IsType<SourceWaitsException>(YtDlpFailure.Of(new Uri("https://example.org/"), $"ERROR: {complaint}", 1));

    [Theory]
    [InlineData("""{"id":"x","language":"de","subtitles":{"en":[],"de-DE":[]}}""", false, "de-DE", false)]
    [InlineData("""{"id":"x","subtitles":{"live_chat":[],"fr":[],"en-GB":[]}}""", false, "en-GB", false)]
    [InlineData("""{"id":"x","subtitles":{"live_chat":[]},"automatic_captions":{"en-orig":[],"en":[],"de":[]}}""", false, null, false)]
    [InlineData("""{"id":"x","subtitles":{"live_chat":[]},"automatic_captions":{"de":[],"en-orig":[],"en":[]}}""", true, "en-orig", true)]
    [InlineData("""{"id":"x","language":"de","automatic_captions":{"en":[],"de":[]}}""", true, "de", true)]
    [InlineData("""{"id":"x"}""", true, null, false)]
    public void What_a_person_wrote_comes_before_what_a_program_heard(string json, bool automaticAllowed, string? language, bool automatic)
    {
        var choice = YtDlpRecord.Read(json)!.Captions(automaticAllowed);

        Assert.Equal(language is null ? null : new CaptionChoice(language, automatic), choice);
    }

    [Theory]
    [InlineData("""{"id":"x","live_status":"is_live"}""", Ingestion.Discovery.Availability.Live)]
    [InlineData("""{"id":"x","live_status":"is_upcoming"}""", Ingestion.Discovery.Availability.Upcoming)]
    [InlineData("""{"id":"x","live_status":"was_live","availability":"public"}""", Ingestion.Discovery.Availability.Open)]
    [InlineData("""{"id":"x","availability":"subscriber_only"}""", Ingestion.Discovery.Availability.MembersOnly)]
    [InlineData("""{"id":"x","availability":"private"}""", Ingestion.Discovery.Availability.Private)]
    [InlineData("""{"id":"x","title":"[Deleted video]"}""", Ingestion.Discovery.Availability.Private)]
    [InlineData("""{"id":"x","title":"Salt"}""", Ingestion.Discovery.Availability.Open)]
    public void Who_may_have_a_recording_is_told_by_the_list(string json, object expected) => Assert.Equal(expected, YtDlpRecord.Read(json)!.Availability);
}

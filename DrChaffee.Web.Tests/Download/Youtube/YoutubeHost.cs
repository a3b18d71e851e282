using System.Text.Json;
using System.Text.RegularExpressions;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.Download.Youtube;

/// <summary>Plays YouTube's part for YoutubeExplode, by hand-made answers of the shape that it reads. What a video does is told by the first letters of its id.</summary>
internal sealed partial class YoutubeHost : IAsyncDisposable
{
    public const string ChannelId = "UC0123456789abcdefghijkl";

    private readonly LocalServer _server;

    private YoutubeHost(LocalServer server) => _server = server;

    public static byte[] Media { get; } = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * 7))];

    public static async Task<YoutubeHost> StartAsync() => new(await LocalServer.StartAsync(AnswerAsync));

    /// <summary>Leads every request to this server, whatever host it names.</summary>
    public HttpMessageHandler Detour() => new ToServer(_server.Address);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        var (request, answer) = (context.Request, context.Response);
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var id = request.Query["v"].ToString() is { Length: > 0 } asked ? asked : VideoId().Match(body).Groups["id"].Value;
        switch (request.Path.Value)
        {
            case "/watch" when id.StartsWith("often", StringComparison.Ordinal): answer.StatusCode = 429; break;
            case "/watch" when id.StartsWith("closed", StringComparison.Ordinal): context.Features.Get<IConnectionLifetimeFeature>()!.Abort(); break;
            case "/watch": await answer.WriteAsync(WatchPage(id), context.RequestAborted); break;
            case "/sw.js_data": await answer.WriteAsync(""")]}'[[0,0,[[[0,0,0,0,0,0,0,0,0,0,0,0,0,"visitor"]]]]]""", context.RequestAborted); break;
            case "/youtubei/v1/player" when id.StartsWith("strange", StringComparison.Ordinal): await answer.WriteAsync("<!DOCTYPE html>", context.RequestAborted); break;
            case "/youtubei/v1/player": await answer.WriteAsync(Player(id), context.RequestAborted); break;
            case "/youtubei/v1/next" when body.Contains("\"UU", StringComparison.Ordinal): await answer.WriteAsync(Uploads, context.RequestAborted); break;
            case "/youtubei/v1/next" or "/youtubei/v1/browse": await answer.WriteAsync("{}", context.RequestAborted); break;
            case "/iframe_api": await answer.WriteAsync("/s/player/0123abcd/", context.RequestAborted); break;
            case "/s/player/0123abcd/player_ias.vflset/en_US/base.js":
                await answer.WriteAsync("""signatureTimestamp:12345;var c={sp:function(a,b){a.splice(0,b)}};f=function(a){a=a.split("");c.sp(a,2);return a.join("")};""", context.RequestAborted);
                break;
            case "/@plaintalk":
                await answer.WriteAsync($"""<meta property="og:url" content="https://www.youtube.com/channel/{ChannelId}"><meta property="og:title" content="Plain talk"><meta property="og:image" content="https://yt3.example/logo.jpg">""", context.RequestAborted);
                break;
            case "/api/timedtext": await answer.WriteAsync("""<timedtext format="3"><body><p t="0" d="4000">Salt raises blood pressure.</p></body></timedtext>""", context.RequestAborted); break;
            case "/videoplayback": await SendAsync(context); break;
            default: answer.StatusCode = 404; break;
        }
    }

    private static async Task SendAsync(HttpContext context)
    {
        var id = context.Request.Query["id"].ToString();
        if (id.StartsWith("forbidden", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 403;
            return;
        }

        var range = context.Request.Query["range"].ToString().Split('-').Select(int.Parse).ToArray();
        var length = Math.Min(range[1] + 1, Media.Length) - range[0];
        context.Response.ContentLength = length;
        if (id.StartsWith("resets", StringComparison.Ordinal) && length > 2)
        {
            await context.Response.Body.WriteAsync(Media.AsMemory(0, 100), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Features.Get<IConnectionLifetimeFeature>()!.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(Media.AsMemory(range[0], length), context.RequestAborted);
    }

    private static string WatchPage(string id) => id.StartsWith("private", StringComparison.Ordinal)
        ? """<body><div id="player"></div></body>"""
        : $"""<meta property="og:url" content="https://www.youtube.com/watch?v={id}"><body><div id="player"></div><script>var ytInitialPlayerResponse = {Player(id)};</script></body>""";

    private static string Player(string id) => JsonSerializer.Serialize(new
    {
        playabilityStatus = id switch
        {
            _ when id.StartsWith("members", StringComparison.Ordinal) => new { status = "UNPLAYABLE", reason = "Join this channel to get access to members-only content like this video, and other exclusive perks." },
            _ when id.StartsWith("robot", StringComparison.Ordinal) => new { status = "LOGIN_REQUIRED", reason = "Sign in to confirm you’re not a bot" },
            _ when id.StartsWith("soon", StringComparison.Ordinal) => new { status = "LIVE_STREAM_OFFLINE", reason = "Premieres in 3 hours" },
            _ => new { status = "OK", reason = "" },
        },
        videoDetails = new { videoId = id, title = "Salt", channelId = ChannelId, author = "Plain talk", lengthSeconds = "600", shortDescription = "Too much.", thumbnail = new { thumbnails = Array.Empty<object>() } },
        microformat = new { playerMicroformatRenderer = new { uploadDate = id.EndsWith("old", StringComparison.Ordinal) ? "2024-03-01T08:30:00Z" : "2024-03-05T08:30:00Z" } },
        streamingData = new { adaptiveFormats = new[] { new { itag = 251, url = $"https://rr1.googlevideo.com/videoplayback?id={id}", mimeType = "audio/webm; codecs=\"opus\"", bitrate = 128_000, contentLength = $"{Media.Length}" } } },
        captions = new
        {
            playerCaptionsTracklistRenderer = new
            {
                captionTracks = (object[])[
                    new { baseUrl = "https://www.youtube.com/none", languageCode = "en", name = new { simpleText = "English (auto-generated)" }, vssId = "a.en" },
                    new { baseUrl = "https://www.youtube.com/api/timedtext?v=1", languageCode = "en", name = new { simpleText = "English" }, vssId = ".en" }],
            },
        },
    });

    private static string Uploads => JsonSerializer.Serialize(new
    {
        contents = new { twoColumnWatchNextResults = new { playlist = new { playlist = new { title = "Uploads", contents = (object[])[Upload("talktalknew", 1), Upload("talktalkold", 2)] } } } },
    });

    private static object Upload(string id, int index) => new
    {
        playlistPanelVideoRenderer = new
        {
            videoId = id,
            title = new { simpleText = "Salt" },
            lengthText = new { simpleText = "10:00" },
            longBylineText = new { runs = new[] { new { text = "Plain talk", navigationEndpoint = new { browseEndpoint = new { browseId = ChannelId } } } } },
            navigationEndpoint = new { watchEndpoint = new { index } },
        },
    };

    [GeneratedRegex("\"videoId\": ?\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex VideoId();

    private sealed class ToServer(Uri server) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(server, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

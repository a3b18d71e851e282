using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Benchmarks.Pipeline;

/// <summary>A podcast on a web server of ours: its feed, and the recordings that the feed names.</summary>
internal sealed class PodcastHost : IAsyncDisposable
{
    private const string FeedPath = "/feed.xml";
    private static readonly XNamespace Itunes = "http://www.itunes.com/dtds/podcast-1.0.dtd";

    private readonly WebApplication _app;

    private PodcastHost(WebApplication app) => _app = app;

    public string Feed => _app.Urls.First() + FeedPath;

    public static async Task<PodcastHost> StartAsync(IReadOnlyList<GeneratedRecording> recordings, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var paths = recordings.ToDictionary(recording => "/" + Path.GetFileName(recording.Path), recording => recording.Path);
        app.Run(context => AnswerAsync(context, recordings, paths));
        await app.StartAsync(cancellationToken);
        return new PodcastHost(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task AnswerAsync(HttpContext context, IReadOnlyList<GeneratedRecording> recordings, Dictionary<string, string> paths)
    {
        var answer = context.Response;
        if (context.Request.Path == FeedPath)
        {
            answer.ContentType = "application/rss+xml";
            return answer.WriteAsync(FeedOf(recordings), context.RequestAborted);
        }

        if (!paths.TryGetValue(context.Request.Path, out var path))
        {
            answer.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        answer.ContentType = "audio/mpeg";
        answer.ContentLength = new FileInfo(path).Length;
        return answer.SendFileAsync(path, context.RequestAborted);
    }

    private static string FeedOf(IReadOnlyList<GeneratedRecording> recordings) => new XElement("rss", new XAttribute("version", "2.0"), new XAttribute(XNamespace.Xmlns + "itunes", Itunes),
        new XElement("channel", new XElement("title", "Generated talks"), recordings.Select((recording, i) => new XElement("item",
            new XElement("title", string.Create(CultureInfo.InvariantCulture, $"Talk {i}")),
            new XElement("guid", string.Create(CultureInfo.InvariantCulture, $"generated-talk-{i:000}")),
            new XElement("pubDate", new DateTime(2024, 1, 1).AddDays(i).ToString("R", CultureInfo.InvariantCulture)),
            new XElement(Itunes + "duration", (long)recording.Length.TotalSeconds),
            new XElement("enclosure", new XAttribute("url", Path.GetFileName(recording.Path)), new XAttribute("type", "audio/mpeg"), new XAttribute("length", new FileInfo(recording.Path).Length)))))).ToString();
}

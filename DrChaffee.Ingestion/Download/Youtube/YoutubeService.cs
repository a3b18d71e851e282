using System.Text.Json;
using System.Xml;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download.YtDlp;
using DrChaffee.Ingestion.Pipeline;
using YoutubeExplode;
using YoutubeExplode.Exceptions;

namespace DrChaffee.Ingestion.Download.Youtube;

/// <summary>YouTube, asked in process by YoutubeExplode; its failures get the same classes as yt-dlp's.</summary>
internal sealed class YoutubeService : IDisposable
{
    private readonly HttpClient _http;

    public YoutubeService(AddressGuard guard)
        : this(new SocketsHttpHandler { UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(20), ConnectCallback = guard.ConnectAsync })
    {
    }

    internal YoutubeService(HttpMessageHandler handler)
    {
        _http = new HttpClient(handler);
        Client = new YoutubeClient(_http);
    }

    public YoutubeClient Client { get; }

    /// <exception cref="SourceFailedException">What YouTube refused, with its own words.</exception>
    /// <exception cref="SourceWaitsException">The recording has not begun.</exception>
    public static async Task<T> AskAsync<T>(string address, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        var asked = new Uri(address);
        try
        {
            return await ask();
        }
        catch (Exception ex) when (!cancellationToken.IsCancellationRequested && Failure(asked, ex) is not null)
        {
            throw Failure(asked, ex)!;
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        _http.Dispose();
    }

    private static IngestionException? Failure(Uri address, Exception exception) => exception switch
    {
        IngestionException => null, // it has its class already
        RequestLimitExceededException => New(FailureClass.Transient, $"{address.Host} is asked too often.", address, exception),
        VideoRequiresPurchaseException => New(FailureClass.Gone, "It is only shown to those who bought it.", address, exception),
        VideoUnavailableException or PlaylistUnavailableException => New(FailureClass.Gone, "It is private, was removed, or never was there.", address, exception),
        YoutubeExplodeException => Refusal(address, exception),
        HttpRequestException { StatusCode: { } status } => YtDlpFailure.Of(address, $"ERROR: HTTP Error {(int)status}: {exception.Message}", 0),
        JsonException or XmlException or FormatException or KeyNotFoundException or IndexOutOfRangeException or InvalidOperationException =>
            New(FailureClass.Unsupported, $"YoutubeExplode does not understand {address.Host} any more; use --source yt-dlp, or a newer build.", address, exception),
        OperationCanceledException => PublicWeb.Passing(address, $"{address.Host} did not answer in time.", exception),
        _ => PublicWeb.Failure(address, exception),
    };

    private static IngestionException Refusal(Uri address, Exception exception)
    {
        if (YtDlpFailure.Of(address, $"ERROR: {exception.Message}", 0) is not SourceFailedException known) return new SourceWaitsException("It has not begun yet; it is taken up when it has been broadcast.");
        var sentence = exception.Message.Split("Reason: '", 2) is [_, var reason] ? reason.TrimEnd('.', '\'') : exception.Message.TrimEnd('.');
        return New(known.FailureClass, $"YouTube says: {sentence}.", address, exception);
    }

    private static SourceFailedException New(FailureClass failureClass, string sentence, Uri address, Exception exception) =>
        new(failureClass, sentence, new PlaceException($"{address}{Environment.NewLine}{exception}", exception) { Host = address.IdnHost.ToLowerInvariant() });
}

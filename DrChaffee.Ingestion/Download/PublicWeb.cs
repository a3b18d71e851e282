using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Download;

/// <summary>Asks web servers: redirects are followed by hand, each hop is checked, and whatever goes wrong gets its class and a sentence.</summary>
internal sealed class PublicWeb(AddressGuard guard, TimeProvider time) : IDisposable
{
    private const int MostHops = 10;

    /// <summary>A server that has not begun to answer by then will not.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false, // behind one, nobody here would see which address is really asked
        ConnectTimeout = TimeSpan.FromSeconds(20),
        ConnectCallback = guard.ConnectAsync,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "DrChaffee/1.0" } },
    };

    /// <summary>Any answer but a redirect, headers only; whoever gets it disposes it.</summary>
    /// <param name="prepare">Puts headers on each hop's request.</param>
    /// <exception cref="SourceFailedException">No answer came, or an address may not be asked.</exception>
    public async Task<HttpResponseMessage> OpenAsync(string address, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        var here = guard.Check(address);
        for (var hop = 0; hop <= MostHops; hop++)
        {
            var answer = await SendAsync(here, prepare, cancellationToken);
            if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308)) return answer;
            using (answer)
            {
                if (answer.Headers.Location is not { } next || !Uri.TryCreate(here, next, out var there)) throw new SourceFailedException(FailureClass.Unsupported, $"{here.Host} redirects to nowhere.", Said(here, answer));
                here = guard.Check(there.AbsoluteUri);
            }
        }

        throw new SourceFailedException(FailureClass.Unsupported, $"{here.Host} redirects without end.", new PlaceException($"More than {MostHops} redirects from {address}.") { Host = HostOf(here) });
    }

    public void Dispose() => _client.Dispose();

    /// <summary>What an answer that is no success means.</summary>
    public SourceFailedException Failure(HttpResponseMessage answer)
    {
        var address = answer.RequestMessage!.RequestUri!;
        var (failureClass, meaning) = (int)answer.StatusCode switch
        {
            401 or 402 or 403 => (FailureClass.Blocked, "refuses this machine"),
            404 or 410 or 451 => (FailureClass.Gone, "no longer has it"),
            429 => (FailureClass.Transient, "is asked too often"),
            408 or 416 or 425 or >= 500 => (FailureClass.Transient, "has trouble"),
            _ => (FailureClass.Unsupported, "does not answer as expected"),
        };
        return new SourceFailedException(failureClass, string.Create(CultureInfo.InvariantCulture, $"{address.Host} {meaning} ({(int)answer.StatusCode}{(answer.ReasonPhrase is { Length: > 0 } reason ? $" {reason}" : "")})."), Said(address, answer));
    }

    /// <summary>What a broken connection means; null for what is none.</summary>
    public static SourceFailedException? Failure(Uri address, Exception exception) => exception switch
    {
        SourceFailedException failure => failure,
        HttpRequestException { InnerException: SourceFailedException failure } => failure,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Passing(address, $"There is no host {address.Host}, or this machine cannot ask for it.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Passing(address, $"No secure connection to {address.Host} could be made.", exception),
        HttpRequestException or IOException { InnerException: SocketException } or HttpIOException => Passing(address, $"The connection to {address.Host} failed: {exception.Message.TrimEnd('.')}.", exception),
        _ => null,
    };

    internal static SourceFailedException Passing(Uri address, string sentence, Exception? exception = null) =>
        new(FailureClass.Transient, sentence, new PlaceException($"{address}{Environment.NewLine}{exception}", exception) { Host = HostOf(address) });

    internal static string HostOf(Uri address) => address.IdnHost.ToLowerInvariant();

    private async Task<HttpResponseMessage> SendAsync(Uri address, Action<HttpRequestMessage>? prepare, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        prepare?.Invoke(request);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw Passing(address, $"{address.Host} did not answer in time.", ex);
        }
        catch (Exception ex) when (Failure(address, ex) is not null)
        {
            throw Failure(address, ex)!;
        }
    }

    private PlaceException Said(Uri address, HttpResponseMessage answer) => new($"GET {address} → {(int)answer.StatusCode} {answer.ReasonPhrase}{Environment.NewLine}{answer.Headers}")
    {
        Host = HostOf(address),
        RetryAfter = After(answer.Headers.RetryAfter),
    };

    private TimeSpan? After(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is var rest && rest > TimeSpan.Zero ? rest : TimeSpan.Zero,
        _ => null,
    };
}

using System.Globalization;
using System.Net.Http.Headers;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;

namespace DrChaffee.Ingestion.Alerts.Carriers;

/// <summary>Posts to the operator's address: once, to that address and no other that it might lead to.</summary>
internal sealed class WebhookCarrier(Uri address, string? secret, AddressGuard guard, TimeProvider time) : IAlertCarrier, IDisposable
{
    /// <summary>A server that has not answered by then will not.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false, // behind one, nobody here would see which address is really asked
        ConnectCallback = guard.ConnectAsync,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "DrChaffee/1.0" } },
    };

    public string Name => "webhook";

    public string Place => address.Authority;

    public async Task CarryAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            guard.Check(address.AbsoluteUri);
            using var request = Request(AlertPayload.Write(message));
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!answer.IsSuccessStatusCode) throw Refused(answer);
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AlertFailedException($"{address.Host} did not answer in time.", passing: true, ex);
        }
        catch (Exception ex) when (PublicWeb.Failure(address, ex) is not null)
        {
            var failure = PublicWeb.Failure(address, ex)!;
            throw new AlertFailedException(failure.Message, failure.FailureClass == FailureClass.Transient, ex);
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } } };
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add(AlertPayload.TimestampHeader, timestamp);
        if (secret is not null) request.Headers.Add(AlertPayload.SignatureHeader, AlertPayload.Sign(secret, timestamp, body));
        return request;
    }

    private AlertFailedException Refused(HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        if (status is >= 300 and < 400) return new AlertFailedException(string.Create(CultureInfo.InvariantCulture, $"{address.Host} sends on to another address ({status}), which is not followed; write that one."), passing: false);
        return new AlertFailedException(string.Create(CultureInfo.InvariantCulture, $"{address.Host} did not take it ({status})."), status is 408 or 425 or 429 or >= 500) { RetryAfter = After(answer.Headers.RetryAfter) };
    }

    private TimeSpan? After(RetryConditionHeaderValue? header) => header?.Delta ?? (header?.Date - time.GetUtcNow());
}

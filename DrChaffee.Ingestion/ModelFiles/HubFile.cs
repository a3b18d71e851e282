using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace DrChaffee.Ingestion.ModelFiles;

/// <summary>A file on the hub, and what the hub says of it before it is fetched: a large one's entity tag is its SHA-256, a small one's its git blob id.</summary>
internal sealed record HubFile(Uri Address, long? Size, string? Sha256, string? GitBlob)
{
    private const int MostRedirects = 8;
    private const int Sha256Length = 64;
    private const int GitBlobLength = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <exception cref="HttpRequestException">It is not there, or the hub does not answer.</exception>
    public static async Task<HubFile> LookUpAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var answer = await HeadAsync(client, address, patience.Token, cancellationToken);
        if (!answer.IsSuccessStatusCode && !IsRedirect(answer)) throw new HttpRequestException(null, null, answer.StatusCode);
        var tag = (Header(answer, "X-Linked-Etag") ?? answer.Headers.ETag?.Tag)?.Trim('"').ToLowerInvariant();
        var size = long.TryParse(Header(answer, "X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var linked) ? linked
            : answer.IsSuccessStatusCode ? answer.Content.Headers.ContentLength : null;
        return new HubFile(address, size, IsHash(tag, Sha256Length) ? tag : null, IsHash(tag, GitBlobLength) ? tag : null);
    }

    /// <summary>Asks for the bytes from a place on, following redirects with that wish, which a client by itself would not.</summary>
    public Task<HttpResponseMessage> OpenAsync(HttpClient client, long from, CancellationToken cancellationToken) =>
        SendAsync(client, HttpMethod.Get, Address, from, stopAt: _ => false, cancellationToken);

    /// <summary>What git calls a file with this content.</summary>
    public static async Task<string> GitBlobAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
#pragma warning disable CA5350 // git's own name for a file; what must not be forged has a SHA-256
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {file.Length}\0")));
        var buffer = new byte[1 << 16];
        for (int read; (read = await file.ReadAsync(buffer, cancellationToken)) > 0;) hash.AppendData(buffer.AsSpan(0, read));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task<HttpResponseMessage> HeadAsync(HttpClient client, Uri address, CancellationToken patience, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(client, HttpMethod.Head, address, from: 0, stopAt: response => response.Headers.Contains("X-Linked-Etag"), patience);
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("it does not answer", ex);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, HttpMethod method, Uri address, long from, Func<HttpResponseMessage, bool> stopAt, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.AcceptEncoding.ParseAdd("identity");
            if (from > 0) request.Headers.Range = new(from, null);
            var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!IsRedirect(answer) || answer.Headers.Location is not { } location || stopAt(answer)) return answer;
            answer.Dispose();
            if (redirects == MostRedirects) throw new HttpRequestException($"{address.Host} redirects without end");
            address = new Uri(address, location);
        }
    }

    private static bool IsRedirect(HttpResponseMessage answer) =>
        answer.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private static bool IsHash(string? tag, int length) => tag?.Length == length && tag.All(char.IsAsciiHexDigit);
}

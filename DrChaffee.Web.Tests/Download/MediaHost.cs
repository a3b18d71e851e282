using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.Download;

/// <summary>A host of recordings that fails in the ways that hosts fail, by the path that is asked for; it counts what it was asked and how many bytes of media it sent.</summary>
internal sealed class MediaHost : IAsyncDisposable
{
    private readonly LocalServer _server;
    private readonly byte[] _media;
    private int _breaks;
    private long _sent;
    private int _asked;

    private MediaHost(LocalServer server, byte[] media) => (_server, _media) = (server, media);

    public string Address => _server.Address.ToString().TrimEnd('/');

    public long Sent => Interlocked.Read(ref _sent);

    public int Asked => _asked;

    public List<string> Ranges { get; } = [];

    /// <summary>Answers for paths that are not the host's own.</summary>
    public Func<HttpContext, Task>? Otherwise { get; set; }

    public static async Task<MediaHost> StartAsync(byte[] media, X509Certificate2? certificate = null)
    {
        MediaHost? host = null;
        var server = await LocalServer.StartAsync(context => host!.AnswerAsync(context), certificate);
        return host = new MediaHost(server, media);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _asked);
        var answer = context.Response;
        switch (context.Request.Path.Value)
        {
            case "/talk.wav": await SendAsync(context, _media.Length); break;
            case "/plain.wav": // no ranges, no tag, no length
                answer.ContentType = "application/octet-stream";
                await WriteAsync(answer, _media);
                break;
            case "/breaks.wav": await BreakAsync(context); break;
            case "/truncated.wav":
                answer.ContentType = "audio/wav";
                answer.ContentLength = _media.Length;
                await WriteAsync(answer, _media.AsMemory(0, 1000));
                context.Abort();
                break;
            case "/reset.wav": context.Abort(); break;
            case "/403.wav": answer.StatusCode = 403; break;
            case "/404.wav": answer.StatusCode = 404; break;
            case "/410.wav": answer.StatusCode = 410; break;
            case "/500.wav": answer.StatusCode = 503; break;
            case "/429.wav":
                answer.StatusCode = 429;
                answer.Headers.RetryAfter = "120";
                break;
            case "/page.wav":
                answer.ContentType = "text/html";
                await answer.WriteAsync("<!DOCTYPE html><title>Prove that you are human</title>", context.RequestAborted);
                break;
            case "/disguised.wav":
                answer.ContentType = "audio/wav";
                await answer.WriteAsync("\n<!DOCTYPE html><title>Prove that you are human</title>", context.RequestAborted);
                break;
            case "/empty.wav": answer.ContentType = "audio/wav"; break;
            case "/drip.wav":
                answer.ContentType = "audio/wav";
                answer.ContentLength = _media.Length;
                for (var i = 0; i < _media.Length; i++)
                {
                    await WriteAsync(answer, _media.AsMemory(i, 1));
                    await answer.Body.FlushAsync(context.RequestAborted);
                    await Task.Delay(10, context.RequestAborted);
                }

                break;
            case "/silent.wav": await Task.Delay(Timeout.Infinite, context.RequestAborted); break;
            case "/moved.wav": answer.Redirect("/talk.wav"); break;
            case "/circle.wav": answer.Redirect("/circle.wav"); break;
            case "/inside.wav": answer.Redirect($"{context.Request.Scheme}://127.0.0.2:{context.Connection.LocalPort}/talk.wav"); break;
            case "/file.wav": answer.Redirect("file:///etc/passwd"); break;
            default: await (Otherwise?.Invoke(context) ?? NotFoundAsync(context)); break;
        }
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = 404;
        return Task.CompletedTask;
    }

    /// <summary>Sends a third and resets the connection, twice; then the rest.</summary>
    private Task BreakAsync(HttpContext context) => SendAsync(context, Interlocked.Increment(ref _breaks) <= 2 ? _media.Length / 3 : _media.Length);

    private async Task SendAsync(HttpContext context, int most)
    {
        var answer = context.Response;
        answer.ContentType = "audio/wav";
        answer.Headers.ETag = "\"one\"";
        var from = 0;
        if (context.Request.Headers.Range.ToString() is { Length: > 0 } range && context.Request.Headers.IfRange == "\"one\"")
        {
            lock (Ranges) Ranges.Add(range);
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            answer.StatusCode = 206;
            answer.Headers.ContentRange = $"bytes {from}-{_media.Length - 1}/{_media.Length}";
        }

        answer.ContentLength = _media.Length - from;
        var count = Math.Min(most, _media.Length - from);
        await WriteAsync(answer, _media.AsMemory(from, count));
        if (from + count == _media.Length) return;
        await answer.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(50, context.RequestAborted); // what was sent arrives before the reset
        context.Features.Get<IConnectionLifetimeFeature>()!.Abort();
    }

    private async Task WriteAsync(HttpResponse answer, ReadOnlyMemory<byte> bytes)
    {
        Interlocked.Add(ref _sent, bytes.Length); // before, for the client may be done with it at once
        await answer.Body.WriteAsync(bytes, answer.HttpContext.RequestAborted);
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.ModelFiles;

/// <summary>A hub that serves two files as Hugging Face does: a large one by redirect, named by its SHA-256, a small one named by git; and that fails as it is told to.</summary>
internal sealed class ModelHub : IAsyncDisposable
{
    private readonly LocalServer _server;

    private ModelHub(LocalServer server) => _server = server;

    public static byte[] Large { get; } = RandomNumberGenerator.GetBytes(300_000);
    public static byte[] Small { get; } = "[PAD]\n[UNK]\n"u8.ToArray();

    public Uri Address => _server.Address;

    /// <summary>The beginning of each range that the large file was asked for.</summary>
    public ConcurrentQueue<long> Asked { get; } = [];

    /// <summary>How many times the large file is to break off after a third of what is left.</summary>
    public int Cuts { get; set; }

    /// <summary>What the large file's own address answers instead.</summary>
    public HttpStatusCode? Refusal { get; set; }

    /// <summary>What the rest of the large file waits for.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>What is sent as the large file.</summary>
    public byte[] Sent { get; set; } = Large;

    public static async Task<ModelHub> StartAsync()
    {
        ModelHub? hub = null;
        var server = await LocalServer.StartAsync(context => hub!.AnswerAsync(context));
        return hub = new ModelHub(server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var answer = context.Response;
        switch (context.Request.Path.Value)
        {
            case "/owner/tiny/resolve/main/vocab.txt":
                answer.Headers.ETag = $"\"{GitBlob(Small)}\"";
                answer.ContentLength = Small.Length;
                if (HttpMethods.IsGet(context.Request.Method)) await answer.Body.WriteAsync(Small);
                break;
            case "/owner/tiny/resolve/main/onnx/model.onnx" when Refusal is { } refusal:
                answer.StatusCode = (int)refusal;
                break;
            case "/owner/tiny/resolve/main/onnx/model.onnx":
                answer.Headers["X-Linked-Etag"] = $"\"{Convert.ToHexStringLower(SHA256.HashData(Large))}\"";
                answer.Headers["X-Linked-Size"] = "300000";
                answer.Redirect("/storage/large");
                break;
            case "/storage/large":
                await SendLargeAsync(context);
                break;
            default:
                answer.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task SendLargeAsync(HttpContext context)
    {
        var from = (int)(context.Request.GetTypedHeaders().Range?.Ranges.First().From ?? 0);
        Asked.Enqueue(from);
        var rest = Sent.AsMemory(from);
        context.Response.StatusCode = from > 0 ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        context.Response.ContentLength = rest.Length;
        await context.Response.Body.WriteAsync(rest[..(rest.Length / 3)]);
        await context.Response.Body.FlushAsync();
        await Held;
        if (Cuts-- > 0) context.Abort();
        else await context.Response.Body.WriteAsync(rest[(rest.Length / 3)..]);
    }

#pragma warning disable CA5350 // git's own name for a file
    private static string GitBlob(byte[] content) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350
}

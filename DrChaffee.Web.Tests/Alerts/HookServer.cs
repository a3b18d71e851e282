using System.Collections.Concurrent;
using System.Text;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.Alerts;

/// <summary>A webhook of ours, which answers as a test tells it to and keeps what it was sent.</summary>
internal sealed class HookServer : IAsyncDisposable
{
    public const string Path = "/services/T0000/B0000/not-to-be-told";

    private readonly ConcurrentQueue<RequestDelegate> _answers = new();
    private LocalServer _server = null!;

    public ConcurrentQueue<(string Path, byte[] Body, string? Timestamp, string? Signature)> Requests { get; } = new();

    public Uri Address => new(_server.Address, Path);

    public IReadOnlyList<string> Bodies => [.. Requests.Select(request => Encoding.UTF8.GetString(request.Body))];

    public static async Task<HookServer> StartAsync(params RequestDelegate[] answers)
    {
        var hook = new HookServer();
        foreach (var answer in answers) hook._answers.Enqueue(answer);
        hook._server = await LocalServer.StartAsync(hook.AnswerAsync);
        return hook;
    }

    /// <summary>Answers with a status, and with headers where there are any.</summary>
    public static RequestDelegate Status(int status, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        return Task.CompletedTask;
    };

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Requests.Enqueue((context.Request.Path, body.ToArray(), context.Request.Headers["X-DrChaffee-Timestamp"], context.Request.Headers["X-DrChaffee-Signature"]));
        if (_answers.TryDequeue(out var answer)) await answer(context);
    }
}

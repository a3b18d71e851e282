using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Benchmarks.Hub;

/// <summary>A client of the hub over a WebSocket, which keeps what it is told and when.</summary>
public sealed class HubClient : IAsyncDisposable
{
    private readonly HubConnection _connection;
    private readonly TaskCompletionSource<long> _snapshot = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<(long Id, long At)> _heard = new();

    private HubClient(HubConnection connection)
    {
        _connection = connection;
        connection.On<Picture>("snapshot", picture => _snapshot.TrySetResult(picture.LastEventId));
        connection.On<Happened[]>("events", events =>
        {
            var now = Stopwatch.GetTimestamp();
            foreach (var happened in events) _heard.Enqueue((happened.Id, now));
        });
    }

    /// <summary>The number of the last event in the picture that it was sent first.</summary>
    public long BeganAt => _snapshot.Task.Result;

    /// <summary>Numbers of events and the time stamps of their coming, in the order in which they came.</summary>
    public IReadOnlyCollection<(long Id, long At)> Heard => _heard;

    /// <summary>Returns when it has the picture.</summary>
    public static async Task<HubClient> ConnectAsync(Uri server, CookieContainer cookies, CancellationToken cancellationToken)
    {
        var client = new HubClient(new HubConnectionBuilder()
            .WithUrl(new Uri(server, "/hubs/ingestion"), HttpTransportType.WebSockets, options => options.Cookies = cookies)
            .AddJsonProtocol(json => json.PayloadSerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower).Build());
        await client._connection.StartAsync(cancellationToken);
        await client._snapshot.Task.WaitAsync(cancellationToken);
        return client;
    }

    public Task<Missed> EventsAfterAsync(long number, CancellationToken cancellationToken) => _connection.InvokeAsync<Missed>("EventsAfter", number, cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    public sealed record Happened(long Id);

    public sealed record Missed(long LastEventId, bool Complete, IReadOnlyList<Happened> Events);

    private sealed record Picture(long LastEventId);
}

using DrChaffee.Domain.Operations;
using DrChaffee.Web.Features.Account;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace DrChaffee.Web.Features.Operations;

/// <summary>
/// Tells programs of ingestion: the picture on connecting, then each event after it, in batches. Each connection is sent to by itself, so a backplane between web
/// processes has nothing to repeat, and a slow client holds up nobody.
/// </summary>
[Authorize(Policy = Rights.Correct)]
internal sealed partial class IngestionHub(IngestionFeed feed, EventLog events, EventRelay relay, IHubContext<IngestionHub> hub, ILogger<IngestionHub> logger) : Hub
{
    public const string Path = "/hubs/ingestion";
    public const string SnapshotMessage = "snapshot";
    public const string EventsMessage = "events";

    /// <summary>The hub's object is gone after this call; what sends must outlive it.</summary>
    public override Task OnConnectedAsync()
    {
        _ = SendAsync(hub.Clients.Client(Context.ConnectionId), Context);
        return base.OnConnectedAsync();
    }

    /// <summary>The picture as it is now, for a client that was away for too long.</summary>
    public Task<IngestionSnapshot> Snapshot() => feed.LatestAsync(Context.ConnectionAborted);

    /// <summary>What happened after the last number that a client has.</summary>
    public Task<MissedEvents> EventsAfter(long number) => events.MissedAsync(number, Context.ConnectionAborted);

    private async Task SendAsync(IClientProxy client, HubCallerContext connection)
    {
        var (queue, ended) = (new ClientQueue(), connection.ConnectionAborted);
        relay.Join(queue);
        try
        {
            while (true)
            {
                queue.Restart();
                var picture = await feed.LatestAsync(ended);
                await client.SendAsync(SnapshotMessage, picture, ended);
                while (await queue.NextAsync(ended) is { } batch)
                {
                    if (batch.After(picture.LastEventId) is { } news) await client.SendAsync(EventsMessage, news, ended);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client is gone.
        }
        catch (Exception ex)
        {
            LogNotSent(ex);
            connection.Abort(); // it comes again, and begins anew
        }
        finally
        {
            relay.Leave(queue);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A client of the events of ingestion could not be sent to.")]
    private partial void LogNotSent(Exception exception);
}

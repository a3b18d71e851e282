using DrChaffee.Domain.Operations;
using DrChaffee.Web.Features.Account;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Sends the picture of ingestion to programs: once on connecting, then whenever it changes.</summary>
[Authorize(Policy = Rights.Correct)]
internal sealed partial class IngestionHub(IngestionFeed feed, IHubContext<IngestionHub> hub, ILogger<IngestionHub> logger) : Hub
{
    public const string Path = "/hubs/ingestion";
    public const string SnapshotMessage = "snapshot";
    private static readonly object Subscription = new();

    public override async Task OnConnectedAsync()
    {
        await Clients.Caller.SendAsync(SnapshotMessage, await feed.LatestAsync(Context.ConnectionAborted), Context.ConnectionAborted);

        // The hub's object is gone after this call; what the feed calls back must outlive it.
        var (client, ended) = (hub.Clients.Client(Context.ConnectionId), Context.ConnectionAborted);
        Context.Items[Subscription] = feed.Subscribe(snapshot => _ = SendAsync(client, snapshot, ended));
        await base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        (Context.Items[Subscription] as IDisposable)?.Dispose();
        return base.OnDisconnectedAsync(exception);
    }

    private async Task SendAsync(IClientProxy client, IngestionSnapshot snapshot, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(SnapshotMessage, snapshot, cancellationToken);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            LogNotSent(ex);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A picture of ingestion could not be sent.")]
    private partial void LogNotSent(Exception exception);
}

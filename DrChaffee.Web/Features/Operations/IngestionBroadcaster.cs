using System.Threading.Channels;
using DrChaffee.Domain.Operations;
using Microsoft.AspNetCore.SignalR;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Hands each new picture of ingestion to the hub's clients; one that is overtaken is dropped.</summary>
internal sealed class IngestionBroadcaster(IngestionFeed feed, IHubContext<IngestionHub> hub) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var latest = Channel.CreateBounded<IngestionSnapshot>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        using var subscription = feed.Subscribe(snapshot => latest.Writer.TryWrite(snapshot));
        await foreach (var snapshot in latest.Reader.ReadAllAsync(stoppingToken))
            await hub.Clients.All.SendAsync(IngestionHub.SnapshotMessage, snapshot, stoppingToken);
    }
}

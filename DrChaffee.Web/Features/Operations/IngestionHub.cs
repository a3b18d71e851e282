using DrChaffee.Domain.Operations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Sends the picture of ingestion to programs: once on connecting, then whenever it changes.</summary>
[Authorize]
internal sealed class IngestionHub(IngestionFeed feed) : Hub
{
    public const string Path = "/hubs/ingestion";
    public const string SnapshotMessage = "snapshot";

    public override async Task OnConnectedAsync()
    {
        await Clients.Caller.SendAsync(SnapshotMessage, feed.Current, Context.ConnectionAborted);
        await base.OnConnectedAsync();
    }
}

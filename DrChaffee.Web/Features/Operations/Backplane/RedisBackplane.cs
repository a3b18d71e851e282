using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.StackExchangeRedis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace DrChaffee.Web.Features.Operations.Backplane;

/// <summary>
/// The hub's clients of all web processes, joined by Redis. Only the hub's: circuits of pages live in one process and must not depend on Redis. While it is away,
/// clients come, go and are sent to as without it.
/// </summary>
internal sealed class RedisBackplane(
    ILogger<RedisHubLifetimeManager<IngestionHub>> logger, IOptions<RedisOptions> options, IHubProtocolResolver protocols, IOptions<HubOptions> all, IOptions<HubOptions<IngestionHub>> own)
    : RedisHubLifetimeManager<IngestionHub>(logger, options, protocols, all, own)
{
    public override Task OnConnectedAsync(HubConnectionContext connection) => DoAsync(() => base.OnConnectedAsync(connection));

    public override Task OnDisconnectedAsync(HubConnectionContext connection) => DoAsync(() => base.OnDisconnectedAsync(connection));

    /// <summary>What this process does by itself comes first in the base class; what fails then is what the others would have heard.</summary>
    private static async Task DoAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception ex) when (ex is RedisException or RedisTimeoutException)
        {
            // RedisLink has told that it is away.
        }
    }
}

using DrChaffee.Domain.Settings;
using DrChaffee.Web.Features.Health;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.StackExchangeRedis;

namespace DrChaffee.Web.Features.Operations.Backplane;

internal static class BackplaneServices
{
    /// <summary>Nothing where <c>REDIS_URL</c> is not set.</summary>
    public static void AddBackplane(this IServiceCollection services, ChaffeeSettings settings)
    {
        if (settings.RedisUrl is null) return;
        services.AddSingleton<RedisLink>();
        services.AddSingleton<IHealthPart>(provider => provider.GetRequiredService<RedisLink>());
        services.AddHostedService(provider => provider.GetRequiredService<RedisLink>());
        services.AddOptions<RedisOptions>().Configure<RedisLink>((redis, link) => redis.ConnectionFactory = async _ => await link.ConnectAsync());
        services.AddSingleton<HubLifetimeManager<IngestionHub>, RedisBackplane>();
    }
}

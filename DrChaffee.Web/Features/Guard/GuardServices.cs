using DrChaffee.Domain.Settings;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DrChaffee.Web.Features.Guard;

/// <summary>What makes this a program that may stand on the internet: docs/security.md tells what is guarded how.</summary>
internal static class GuardServices
{
    /// <summary>A question of 10,000 characters stands in the address, each written as up to nine.</summary>
    private const int LongestRequestLine = 128 * 1024;

    /// <summary>Forms and JSON are small; what takes uploads says so at its endpoint.</summary>
    private const int LongestBody = 1024 * 1024;

    private const int LongestMessage = 32 * 1024;

    public static void AddGuard(this IServiceCollection services, GuardSettings settings)
    {
        services.AddClientLimits(settings);
        services.AddRedaction();
        services.PostConfigure<ForwardedHeadersOptions>(options => Believe(options, settings)); // after what ASPNETCORE_FORWARDEDHEADERS_ENABLED does, which believes anybody
        services.AddAntiforgery(antiforgery => antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.Configure<CircuitOptions>(circuits =>
        {
            circuits.DetailedErrors = false;
            circuits.DisconnectedCircuitMaxRetained = circuits.PersistedCircuitInMemoryMaxRetained = settings.CircuitsKept;
            circuits.DisconnectedCircuitRetentionPeriod = settings.CircuitRetention;
            circuits.PersistedCircuitInMemoryRetentionPeriod = settings.CircuitRetention;
        });
        services.PostConfigure<HubOptions>(hub =>
        {
            hub.EnableDetailedErrors = false;
            hub.MaximumReceiveMessageSize = LongestMessage;
        });
    }

    /// <summary>Also for commands, which have no server.</summary>
    public static void AddRedaction(this IServiceCollection services)
    {
        services.AddSingleton<SecretRedactor>().AddSingleton<RecentLog>();
        services.AddSingleton<LoggerFactory>();
        services.Replace(ServiceDescriptor.Singleton<ILoggerFactory, RedactingLoggerFactory>());
    }

    public static void Limit(KestrelServerOptions kestrel, GuardSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
        kestrel.Limits.MaxRequestBodySize = LongestBody;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        kestrel.Limits.MaxRequestHeaderCount = 100;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MaxConcurrentConnections = settings.MostConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = settings.MostConnections;
    }

    /// <summary>Comes before all else: who asks, what every answer carries, and who is turned away unread.</summary>
    public static void UseGuard(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseSameOrigin(app.Services.GetRequiredService<ChaffeeSettings>().Guard);
        app.UseRateLimiter();
    }

    private static void Believe(ForwardedHeadersOptions options, GuardSettings settings)
    {
        options.ForwardedHeaders = settings.TrustedProxies.Count == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        options.ForwardLimit = null; // as far back as each hop is trusted
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in settings.TrustedProxies) options.KnownIPNetworks.Add(network);
    }
}

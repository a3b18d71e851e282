using DrChaffee.Domain.Settings;
using DrChaffee.Web.Features.Health;
using StackExchange.Redis;

namespace DrChaffee.Web.Features.Operations.Backplane;

/// <summary>The connection to Redis that this process keeps. It is made in the background and mends itself: nothing waits for Redis. The backplane ends it, which needs it to the last.</summary>
internal sealed partial class RedisLink(ChaffeeSettings settings, ILogger<RedisLink> logger) : IHostedService, IHealthPart
{
    private const int Patience = 2000;

    private readonly Lazy<Task<ConnectionMultiplexer>> _connection = new(() => ConnectionMultiplexer.ConnectAsync(Options(settings.RedisUrl!)));

    private bool _answers = true;

    public async Task<IConnectionMultiplexer> ConnectAsync() => await _connection.Value;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = WatchAsync();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public IEnumerable<HealthCheck> Check() =>
    [
        _connection.Value is { IsCompletedSuccessfully: true } connected && connected.Result.IsConnected
            ? new HealthCheck("redis", HealthStatus.Ok)
            : new HealthCheck("redis", HealthStatus.Degraded, "Redis does not answer, so the hub of each web process reaches its own clients only."),
    ];

    private async Task WatchAsync()
    {
        var connection = await _connection.Value;
        connection.ConnectionFailed += (_, _) => Tell(answers: false);
        connection.ConnectionRestored += (_, _) => Tell(answers: true);
        if (!connection.IsConnected) Tell(answers: false);
    }

    /// <summary>Once for each change: a server has two connections, and tries again and again.</summary>
    private void Tell(bool answers)
    {
        if (Interlocked.Exchange(ref _answers, answers) == answers) return;
        if (answers) LogBack();
        else LogAway();
    }

    /// <summary>Nothing is kept for a Redis that is away: what cannot be sent is not sent.</summary>
    private static ConfigurationOptions Options(Uri url)
    {
        var credentials = url.UserInfo.Split(':', 2);
        return new ConfigurationOptions
        {
            EndPoints = { { url.Host, url.Port > 0 ? url.Port : 6379 } },
            User = credentials[0].Length > 0 ? Uri.UnescapeDataString(credentials[0]) : null,
            Password = credentials.Length == 2 ? Uri.UnescapeDataString(credentials[1]) : null,
            Ssl = url.Scheme == "rediss",
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ConnectRetry = 1,
            ConnectTimeout = Patience,
            AsyncTimeout = Patience,
            ClientName = "drchaffee",
        };
    }

    [LoggerMessage(LogLevel.Warning, "Redis does not answer; the hub reaches the clients of this process only, until it does.")]
    private partial void LogAway();

    [LoggerMessage(LogLevel.Information, "Redis answers again.")]
    private partial void LogBack();
}

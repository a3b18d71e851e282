using Microsoft.AspNetCore.SignalR;

namespace DrChaffee.Web.Features.Account;

/// <summary>Refuses what a program calls once its session has ended, and hangs up on it within a minute.</summary>
internal sealed class HubWatch(Sessions sessions, TimeProvider time) : IHubFilter
{
    private static readonly object Watch = new();

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (await sessions.IsOpenAsync(invocationContext.Context.User, invocationContext.Context.ConnectionAborted)) return await next(invocationContext);
        invocationContext.Context.Abort();
        throw new HubException("The session has ended; sign in again.");
    }

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        var connection = context.Context;
        connection.Items[Watch] = time.CreateTimer(_ => _ = LookAsync(connection), state: null, SessionWatch.Interval, SessionWatch.Interval);
        await next(context);
    }

    public Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        (context.Context.Items[Watch] as IDisposable)?.Dispose();
        return next(context, exception);
    }

    private async Task LookAsync(HubCallerContext connection)
    {
        try
        {
            if (!await sessions.IsOpenAsync(connection.User, connection.ConnectionAborted)) connection.Abort();
        }
        catch (Exception ex) when (ex is OperationCanceledException or Npgsql.NpgsqlException or InvalidOperationException)
        {
            // The line is down, or the database is away and the next look asks again.
        }
    }
}

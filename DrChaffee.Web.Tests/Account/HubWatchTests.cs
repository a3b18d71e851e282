using System.Security.Claims;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Account;

public sealed class HubWatchTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    [Fact]
    public async Task A_program_whose_session_ended_is_hung_up_on_within_a_minute()
    {
        using var connection = await ConnectionAsync("program");
        var clock = new FakeTimeProvider();
        var watch = new HubWatch(app.Services.GetRequiredService<Sessions>(), clock);
        var lifetime = new HubLifetimeContext(connection, app.Services, new SilentHub());
        await watch.OnConnectedAsync(lifetime, _ => Task.CompletedTask);
        await app.Database.ScalarAsync<object>("DELETE FROM account_sessions WHERE account_id = (SELECT id FROM accounts WHERE name = 'program')");

        clock.Advance(TimeSpan.FromMinutes(1));

        await Poll.UntilAsync(() => Task.FromResult(connection.ConnectionAborted.IsCancellationRequested));
        await watch.OnDisconnectedAsync(lifetime, exception: null, (_, _) => Task.CompletedTask);
    }

    [Fact]
    public async Task What_it_calls_is_refused_at_once()
    {
        using var connection = await ConnectionAsync("caller");
        var watch = new HubWatch(app.Services.GetRequiredService<Sessions>(), TimeProvider.System);
        var call = new HubInvocationContext(connection, app.Services, new SilentHub(), typeof(SilentHub).GetMethod(nameof(SilentHub.Nothing))!, []);

        var before = await watch.InvokeMethodAsync(call, _ => ValueTask.FromResult<object?>("called"));
        await app.Database.ScalarAsync<object>("DELETE FROM account_sessions WHERE account_id = (SELECT id FROM accounts WHERE name = 'caller')");

        Assert.Equal("called", before);
        await Assert.ThrowsAsync<HubException>(async () => await watch.InvokeMethodAsync(call, _ => ValueTask.FromResult<object?>("called")));
        Assert.True(connection.ConnectionAborted.IsCancellationRequested);
    }

    private async Task<Connection> ConnectionAsync(string name)
    {
        _ = app.Database.ConnectionString;
        await app.AddEditorAsync(name);
        var account = await app.Services.GetRequiredService<AccountBook>().FindAsync(name, TestContext.Current.CancellationToken);
        return new Connection(await app.Services.GetRequiredService<Sessions>().OpenAsync(account!, new DefaultHttpContext()));
    }

    private sealed class SilentHub : Hub
    {
        public static void Nothing()
        {
        }
    }

    private sealed class Connection(ClaimsPrincipal user) : HubCallerContext, IDisposable
    {
        private readonly CancellationTokenSource _aborted = new();

        public override string ConnectionId => "one";
        public override string? UserIdentifier => user.Identity?.Name;
        public override ClaimsPrincipal? User => user;
        public override IDictionary<object, object?> Items { get; } = new Dictionary<object, object?>();
        public override IFeatureCollection Features { get; } = new FeatureCollection();
        public override CancellationToken ConnectionAborted => _aborted.Token;

        public override void Abort() => _aborted.Cancel();

        public void Dispose() => _aborted.Dispose();
    }
}

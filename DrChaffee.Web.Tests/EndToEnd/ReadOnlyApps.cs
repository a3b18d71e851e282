using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.EndToEnd;

/// <summary>Three talks, served by a machine whose role only reads. That nothing was refused by the database is checked when all tests are done.</summary>
public sealed class ReadOnlyApp : ChaffeeApp
{
    private ReadOnlyServer? _server;

    protected override async Task FillAsync()
    {
        await base.FillAsync();
        _server = await ReadOnlyServer.StartAsync(this, "salt");
        Address = _server.App.Address;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.EndCleanAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Six talks, likewise.</summary>
public sealed class ReadOnlyTalksApp : TalksApp
{
    private ReadOnlyServer? _server;

    protected override async Task FillAsync()
    {
        await base.FillAsync();
        _server = await ReadOnlyServer.StartAsync(this, "cramps");
        await _server.ReadWordsAsync();
        Address = _server.App.Address;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.EndCleanAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

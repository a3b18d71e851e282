using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Search;

/// <summary>This process and a second one, started as an operator starts it, answer from one database, while a third stores.</summary>
public sealed class TwoProcessesTests(EmptyApp app) : IClassFixture<EmptyApp>, IAsyncLifetime
{
    private readonly TestFolder _talks = new();
    private readonly TestFolder _data = new();
    private Process? _second;
    private HttpClient _here = null!;
    private HttpClient _there = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _here = app.Client();
        var address = $"http://127.0.0.1:{FreePort()}";
        _second = ProgramRun.Start([$"--urls={address}"], ("DATABASE_URL", app.Database.ConnectionString), ("API_ONLY_MODE", "true"), ("DATA_DIR", _data.Path));
        _ = _second.StandardOutput.ReadToEndAsync(Token);
        _ = _second.StandardError.ReadToEndAsync(Token);
        _there = new HttpClient { BaseAddress = new Uri(address) };
        await Poll.UntilAsync(async () =>
        {
            try
            {
                return (await _there.GetAsync(new Uri("/health", UriKind.Relative), Token)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false; // not listening yet
            }
        });
    }

    [Fact]
    public async Task A_new_recording_an_edit_and_a_deletion_are_followed_by_both()
    {
        await using var writer = new IngestionProcess(app.Database, realEmbedder: true);
        _talks.WriteSrt("show/talk.srt", "The kidneys filter the blood many times a day.");
        await writer.ImportAsync(_talks.Path, Token);
        await UntilBothFindAsync("kidneys", ["transcript-show-talk"]);

        _talks.WriteSrt("show/talk.srt", "The liver stores sugar for the night.");
        await writer.ImportAsync(_talks.Path, Token);
        await UntilBothFindAsync("kidneys", []);
        await UntilBothFindAsync("liver", ["transcript-show-talk"]);

        await app.Database.ScalarAsync<int>("DELETE FROM sources");
        await UntilBothFindAsync("liver", []);
    }

    public async ValueTask DisposeAsync()
    {
        if (_second is not null)
        {
            _second.Kill();
            await _second.WaitForExitAsync(CancellationToken.None);
            _second.Dispose();
        }

        _here?.Dispose();
        _there?.Dispose();
        _talks.Dispose();
        _data.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task UntilBothFindAsync(string word, string[] keys)
    {
        foreach (var client in (HttpClient[])[_here, _there])
            await Poll.UntilAsync(async () => TalksApp.Hits(await client.JsonAsync($"/api/search?q={word}&mode=keyword")).Select(hit => hit.GetProperty("source_key").GetString()!).SequenceEqual(keys));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

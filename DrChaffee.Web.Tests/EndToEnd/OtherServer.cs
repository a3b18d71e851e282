using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.EndToEnd;

/// <summary>The program's web server in a process of its own, that is killed and started again on the same port.</summary>
internal sealed class OtherServer(TestDatabase database) : IAsyncDisposable
{
    /// <summary>So that no job of the schedule takes up what a test ingests.</summary>
    public static readonly (string Name, string Value) ServesOnly = ("API_ONLY_MODE", "true");

    private readonly TestFolder _data = new();
    private Process? _process;

    public int Port { get; } = FreePort();

    /// <summary>Returns when it answers; the process before, if any, is killed first.</summary>
    public async Task StartAsync()
    {
        await StopAsync();
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");
        _process = ProgramRun.Start(["serve", $"--urls={address}"], ("DATABASE_URL", database.ConnectionString), ("DATA_DIR", _data.Path), ServesOnly);
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = new HttpClient();
        await Poll.UntilAsync(async () =>
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"{address}/health/live"));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false; // it is yet to listen
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _data.Dispose();
    }

    private async Task StopAsync()
    {
        if (_process is null) return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

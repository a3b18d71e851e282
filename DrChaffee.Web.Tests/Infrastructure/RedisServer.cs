using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>A Redis of our own on a free port of this machine; tests that need it are skipped where there is none.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/redis-server";

    private readonly TestFolder _folder = new();
    private readonly int _port = ServedProcess.FreePort();
    private Process? _process;

    public string Url => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{_port}");

    /// <summary>Returns when it listens.</summary>
    public async Task StartAsync()
    {
        Assert.SkipWhen(!File.Exists(Program), $"There is no {Program}: install redis-server.");
        _process = Process.Start(new ProcessStartInfo(Program, ["--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder.Path, "--save", ""])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        await Poll.UntilAsync(async () =>
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", _port);
                return true;
            }
            catch (SocketException)
            {
                return false; // it is yet to listen
            }
        });
    }

    public async Task StopAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>The program's command <c>serve</c> in a process of its own, on a free port, with what it logs.</summary>
internal sealed class ServedProcess : IAsyncDisposable
{
    private readonly TestFolder _data = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;

    private ServedProcess(params IEnumerable<(string Name, string? Value)> variables)
    {
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));
        _process = ProgramRun.Start(["serve", $"--urls={Address}"], [.. variables, ("DATA_DIR", _data.Path)]);
        _process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public string Log => string.Join('\n', _log);

    /// <summary>Returns when it listens.</summary>
    public static async Task<ServedProcess> StartAsync(params IEnumerable<(string Name, string? Value)> variables)
    {
        var server = new ServedProcess(variables);
        try
        {
            await Poll.UntilAsync(server.ListensAsync, TimeSpan.FromMinutes(1));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public HttpClient Client() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Address };

    /// <summary>As a service manager stops it.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _data.Dispose();
    }

    private async Task<bool> ListensAsync()
    {
        Assert.False(_process.HasExited, Log);
        using var client = Client();
        try
        {
            using var answer = await client.GetAsync(new Uri("/health/live", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it is yet to listen
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

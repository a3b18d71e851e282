using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DrChaffee.Domain.Search;
using Npgsql;

namespace DrChaffee.Benchmarks.Search;

/// <summary>The program's own web server in a process of its own, as it runs in production, but that it only serves.</summary>
internal sealed class WebProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;

    private WebProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Returns when searches are answered by both legs; with an admin's password, when that admin can sign in.</summary>
    public static async Task<WebProcess> StartAsync(string connectionString, string? adminPassword = null)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DrChaffee.Web.dll"), "serve", $"--urls={address}"]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["DATABASE_URL"] = connectionString;
        start.Environment["API_ONLY_MODE"] = "true";
        if (adminPassword is not null) start.Environment["ADMIN_PASSWORD"] = adminPassword;
        var server = new WebProcess(Process.Start(start) ?? throw new InvalidOperationException("The web server did not start."), address);
        server._process.OutputDataReceived += (_, _) => { };
        server._process.BeginOutputReadLine();
        using var client = new HttpClient { BaseAddress = address };
        var started = Stopwatch.GetTimestamp();
        while (!await (adminPassword is null ? IsReadyAsync(client) : HasAdminAsync(client, connectionString)))
        {
            if (!server._process.HasExited && Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(250);
                continue;
            }

            await server.DisposeAsync();
            throw new InvalidOperationException("The web server did not get ready.");
        }

        return server;
    }

    /// <summary>The most memory that was resident at once, by the kernel's account.</summary>
    public double PeakMegabytes() =>
        Math.Round(long.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6, 1);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            var answer = await client.GetStringAsync("/api/search?q=what%20people%20say");
            return answer.Split($"\"state\":\"{nameof(LegState.Ok).ToLowerInvariant()}\"").Length == 3;
        }
        catch (Exception ex) when (ex is HttpRequestException or TaskCanceledException)
        {
            return false; // it is yet to listen, or to load
        }
    }

    private static async Task<bool> HasAdminAsync(HttpClient client, string connectionString)
    {
        try
        {
            using var answer = await client.GetAsync("/health/live");
            await using var dataSource = NpgsqlDataSource.Create(connectionString);
            await using var accounts = dataSource.CreateCommand("SELECT count(*) FROM accounts");
            return answer.IsSuccessStatusCode && await accounts.ExecuteScalarAsync() is > 0L;
        }
        catch (HttpRequestException)
        {
            return false; // it is yet to listen
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DrChaffee.Domain.Search;
using Npgsql;

namespace DrChaffee.Benchmarks.Search;

/// <summary>The program's own web server in a process of its own, as it runs in production.</summary>
internal sealed class WebProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;

    private WebProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <summary>One that only serves; returns when searches are answered by both legs.</summary>
    public static Task<WebProcess> StartAsync(string connectionString) =>
        StartAsync(connectionString, [("API_ONLY_MODE", "true"), ("RATE_LIMIT_SEARCH", "0")], AnswersByBothLegsAsync); // all clients come from one address

    /// <summary>One that only serves and has an admin of that password; returns when the admin can sign in.</summary>
    public static Task<WebProcess> StartAsync(string connectionString, string adminPassword) =>
        StartAsync(connectionString, [("API_ONLY_MODE", "true"), ("ADMIN_PASSWORD", adminPassword)], client => HasAdminAsync(client, connectionString));

    /// <param name="isReady">Whether it is ready, as its answers tell.</param>
    public static async Task<WebProcess> StartAsync(string connectionString, IEnumerable<(string Name, string Value)> variables, Func<HttpClient, Task<bool>> isReady)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DrChaffee.Web.dll"), "serve", $"--urls={address}"]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["DATABASE_URL"] = connectionString;
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var server = new WebProcess(Process.Start(start) ?? throw new InvalidOperationException("The web server did not start."), address);
        server._process.OutputDataReceived += (_, _) => { };
        server._process.BeginOutputReadLine();
        using var client = new HttpClient { BaseAddress = address };
        var started = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(client, isReady))
        {
            if (!server._process.HasExited && Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(250);
                continue;
            }

            await server.DisposeAsync();
            throw new InvalidOperationException("The web server did not become ready.");
        }

        return server;
    }

    /// <summary>The most memory that was resident at once, by the kernel's account.</summary>
    public double PeakMegabytes() => Megabytes("VmHWM:");

    /// <summary>The memory that is resident now.</summary>
    public double ResidentMegabytes() => Megabytes("VmRSS:");

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private double Megabytes(string name) =>
        Math.Round(long.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6, 1);

    private static async Task<bool> AnswersByBothLegsAsync(HttpClient client) =>
        (await client.GetStringAsync("/api/search?q=what%20people%20say")).Split($"\"state\":\"{nameof(LegState.Ok).ToLowerInvariant()}\"").Length == 3;

    private static async Task<bool> IsReadyAsync(HttpClient client, Func<HttpClient, Task<bool>> isReady)
    {
        try
        {
            return await isReady(client);
        }
        catch (Exception ex) when (ex is HttpRequestException or TaskCanceledException)
        {
            return false; // it is yet to listen, or to load
        }
    }

    private static async Task<bool> HasAdminAsync(HttpClient client, string connectionString)
    {
        using var answer = await client.GetAsync("/health/live");
        await using var dataSource = NpgsqlDataSource.Create(connectionString);
        await using var accounts = dataSource.CreateCommand("SELECT count(*) FROM accounts");
        return answer.IsSuccessStatusCode && await accounts.ExecuteScalarAsync() is > 0L;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using CliWrap;
using CliWrap.Buffered;
using Npgsql;

namespace DrChaffee.Benchmarks.Soak;

/// <summary>A PostgreSQL server of our own in a temporary folder, of the programs that are installed here: one that may be restarted, or fall over, while others use it.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Programs = "/usr/lib/postgresql";
    private const string Extensions = "/usr/share/postgresql";

    private readonly string _programs;
    private readonly string _folder = Directory.CreateTempSubdirectory("chaffee-postgres-").FullName;
    private readonly string _password;
    private readonly int _port = FreePort();

    private PostgresServer(string programs, string? password = null) => (_programs, _password) = (programs, password ?? RandomNumberGenerator.GetHexString(32));

    /// <summary>The same as an address.</summary>
    public string Url(string database) => string.Create(CultureInfo.InvariantCulture, $"postgresql://drchaffee:{_password}@127.0.0.1:{_port}/{database}");

    public string ConnectionString => new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = _port, Username = "drchaffee", Password = _password, Database = "postgres" }.ConnectionString;

    /// <summary>Null where that cannot be done; <paramref name="tell"/> gets the reason in a sentence.</summary>
    /// <param name="settings">Settings beside the server's own defaults, such as <c>wal_level=logical</c>.</param>
    public static async Task<PostgresServer?> TryStartAsync(Action<string> tell, CancellationToken cancellationToken, params IReadOnlyList<string> settings)
    {
        if (FindPrograms() is not { } programs)
        {
            tell($"There is no PostgreSQL with pgvector in {Programs} to start a server of our own with.");
            return null;
        }

        var server = new PostgresServer(programs);
        try
        {
            await server.StartAsync(settings, cancellationToken);
            return server;
        }
        catch (InvalidOperationException ex)
        {
            await server.DisposeAsync();
            tell($"No PostgreSQL server of our own can be started: {ex.Message}");
            return null;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <param name="abruptly">Without shutting down: the server has to recover, as after a crash.</param>
    public Task RestartAsync(bool abruptly, CancellationToken cancellationToken) =>
        RunAsync("pg_ctl", ["restart", "-s", "-w", "-t", "120", "-D", "cluster", "-l", "log", "-m", abruptly ? "immediate" : "fast"], cancellationToken);

    /// <summary>A server that follows this one by streaming replication, made of a copy of it. Returns when it answers.</summary>
    public async Task<PostgresServer> StandbyAsync(CancellationToken cancellationToken)
    {
        var standby = new PostgresServer(_programs, _password);
        try
        {
            await standby.OwnAsync(cancellationToken);
            await standby.RunAsync("pg_basebackup", ["-D", "cluster", "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", Url("postgres")], cancellationToken);
            await standby.ListenAsync([], cancellationToken);
            return standby;
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }
    }

    /// <summary>Without waiting for those who ask it something.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => RunAsync("pg_ctl", ["stop", "-s", "-w", "-D", "cluster", "-m", "immediate"], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(_folder, "cluster", "postmaster.pid"))) await RunAsync("pg_ctl", ["stop", "-s", "-w", "-D", "cluster", "-m", "immediate"], CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        var password = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(password, _password, cancellationToken);
        await OwnAsync(cancellationToken);
        await RunAsync("initdb", ["-D", "cluster", "-U", "drchaffee", "--pwfile=password", "-A", "scram-sha-256", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync"], cancellationToken);
        await ListenAsync(settings, cancellationToken);
    }

    private async Task OwnAsync(CancellationToken cancellationToken)
    {
        if (Environment.IsPrivilegedProcess) await Cli.Wrap("chown").WithArguments(["-R", "postgres:", _folder]).WithValidation(CommandResultValidation.None).ExecuteAsync(cancellationToken);
    }

    private Task ListenAsync(IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        var options = string.Create(CultureInfo.InvariantCulture, $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''{string.Concat(settings.Select(setting => $" -c {setting}"))}");
        return RunAsync("pg_ctl", ["start", "-s", "-w", "-t", "120", "-D", "cluster", "-l", "log", "-o", options], cancellationToken);
    }

    /// <summary>The server refuses to run as root; then it runs as Debian's user for it.</summary>
    private async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_programs, program);
        var command = Environment.IsPrivilegedProcess ? Cli.Wrap("runuser").WithArguments(["-u", "postgres", "--", path, .. arguments]) : Cli.Wrap(path).WithArguments(arguments);
        var result = await command.WithWorkingDirectory(_folder).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
        if (result.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {result.ExitCode}: {result.StandardError.Trim()}");
    }

    /// <summary>Of the newest version that has pgvector.</summary>
    private static string? FindPrograms() => !Directory.Exists(Programs) ? null : Directory.EnumerateDirectories(Programs)
        .Where(folder => File.Exists(Path.Combine(folder, "bin", "initdb")) && File.Exists(Path.Combine(Extensions, Path.GetFileName(folder), "extension", "vector.control")))
        .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
        .Select(folder => Path.Combine(folder, "bin")).FirstOrDefault();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DrChaffee.Benchmarks.Soak;

/// <summary>The program's own <c>ingest</c>, in a process of its own, as an operator starts it.</summary>
internal sealed class Ingester : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private Ingester(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors) _errors.AppendLine(line.Data);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>Between slashes, as the owner of a lease names it.</summary>
    public string Mark => string.Create(CultureInfo.InvariantCulture, $"/{_process.Id}/");

    public string Errors
    {
        get { lock (_errors) return _errors.ToString(); }
    }

    public static Ingester Start(string connectionString, string folder, string data)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "DrChaffee.Web.dll"), "ingest", "--source", "folder", "--channel", folder])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data, // no .env of the developer's
        };
        start.Environment["DATABASE_URL"] = connectionString;
        start.Environment["DATA_DIR"] = data;
        return new Ingester(Process.Start(start) ?? throw new InvalidOperationException("The program did not start."));
    }

    /// <summary>As <c>kill -9</c>: it gets no chance to tidy up.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }
}

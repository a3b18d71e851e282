using System.Globalization;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;

namespace DrChaffee.Ingestion.Transfer;

/// <summary>PostgreSQL's pg_dump and pg_restore, of a version that fits the servers.</summary>
internal sealed partial class PostgresTools
{
    private const string Debian = "/usr/lib/postgresql";

    private readonly string _folder;

    private PostgresTools(string folder) => _folder = folder;

    /// <summary>Those on PATH, and those where Debian keeps every version.</summary>
    public static IEnumerable<string> Folders =>
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
         .. Directory.Exists(Debian) ? Directory.EnumerateDirectories(Debian).Select(folder => Path.Combine(folder, "bin")) : []];

    /// <param name="server">The newest server that takes part: an older pg_dump refuses it.</param>
    /// <exception cref="TransferException">There are none, or only older ones.</exception>
    public static async Task<PostgresTools> FindAsync(int server, IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        List<(string Folder, int Version)> found = [];
        foreach (var folder in folders.Where(folder => File.Exists(Path.Combine(folder, "pg_dump")) && File.Exists(Path.Combine(folder, "pg_restore"))).Distinct(StringComparer.Ordinal))
        {
            var answer = await Cli.Wrap(Path.Combine(folder, "pg_dump")).WithArguments(["--version"]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
            if (Version().Match(answer.StandardOutput) is { Success: true } version) found.Add((folder, int.Parse(version.ValueSpan, CultureInfo.InvariantCulture)));
        }

        // A newer pg_restore may speak of settings that an older server does not know: the server's own version first.
        if (found.Where(one => one.Version >= server).OrderByDescending(one => one.Version == server).ThenByDescending(one => one.Version).FirstOrDefault() is { Folder: { } best }) return new PostgresTools(best);
        throw new TransferException(found.Count == 0
            ? $"pg_dump and pg_restore are neither on PATH nor below {Debian}; install postgresql-client-{server}."
            : $"The server is PostgreSQL {server}, and the newest pg_dump here is of version {found.Max(one => one.Version)}; install postgresql-client-{server}.");
    }

    /// <param name="tell">Gets each line that the program says while it works (with <c>--verbose</c>).</param>
    /// <exception cref="TransferException">It failed; the sentence is what it said last.</exception>
    public async Task<string> RunAsync(string program, DatabaseAddress address, IReadOnlyList<string> arguments, Action<string> tell, CancellationToken cancellationToken)
    {
        string? complaint = null;
        var result = await Cli.Wrap(Path.Combine(_folder, program))
            .WithArguments(arguments)
            .WithEnvironmentVariables(address.Variables)
            .WithStandardErrorPipe(PipeTarget.ToDelegate(Hear))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        if (result.ExitCode == 0) return result.StandardOutput;
        throw new TransferException($"{program} on {address.Name} failed: {address.Said(new InvalidOperationException((complaint ?? $"it ended with {result.ExitCode}").TrimEnd('.')))}.");

        void Hear(string line)
        {
            if (line.Contains("error: ", StringComparison.Ordinal)) complaint ??= line[(line.IndexOf("error: ", StringComparison.Ordinal) + "error: ".Length)..];
            else tell(line[(line.IndexOf(": ", StringComparison.Ordinal) + 1)..].Trim());
        }
    }

    [GeneratedRegex(@"(?<=\(PostgreSQL\) )\d+", RegexOptions.None, 1000)]
    private static partial Regex Version();
}

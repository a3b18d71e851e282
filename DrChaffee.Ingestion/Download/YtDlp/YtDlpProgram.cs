using System.ComponentModel;
using CliWrap;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Tools;

namespace DrChaffee.Ingestion.Download.YtDlp;

/// <summary>
/// Runs yt-dlp as a process of its own: arguments as a list and never through a shell, addresses behind <c>--</c>, limits of time, memory and files, and through a gate that lets it reach
/// public addresses only. What it says is kept; what that means is for <see cref="YtDlpFailure"/> to tell.
/// </summary>
internal sealed class YtDlpProgram(ChaffeeSettings settings, AddressGuard guard, YtDlpStatus status)
{
    public const string MissingReason = "yt-dlp cannot be started: install it, or name it in YTDLP_PATH.";

    /// <summary>A listing of thousands comes in pages of a hundred, a second or so each.</summary>
    public static readonly TimeSpan ListingLimit = TimeSpan.FromMinutes(30);

    /// <summary>How long it may take to tell of one recording.</summary>
    public static readonly TimeSpan TellingLimit = TimeSpan.FromMinutes(5);

    private const int MostComplaints = 200;

    /// <summary>Some of what was listed could not be told of; the rest was.</summary>
    private const int SomeFailed = 1;

    /// <summary>It was told to stop at the first recording that is too old, and did.</summary>
    private const int StoppedByRule = 101;

    private FetchSettings Settings => settings.Fetch;

    /// <summary>Runs it for one address.</summary>
    /// <param name="onLine">Gets each line of its standard output.</param>
    /// <param name="partly">True where an exit code that says "some failed" is good enough, if there was any output.</param>
    /// <exception cref="SourceFailedException">It failed; everything it said is in the inner exception.</exception>
    /// <exception cref="SourceWaitsException">It is not installed, the disk is full, or the recording has not begun.</exception>
    public async Task RunAsync(IReadOnlyList<string> arguments, string? address, Action<string> onLine, TimeSpan limit, bool partly, CancellationToken cancellationToken)
    {
        var asked = address is null ? null : guard.Check(address);
        if (asked is { HostNameType: UriHostNameType.Dns } && Settings.YtDlpProxy is null && !Settings.PrivateAddressesAllowed) (await ProbeAsync(asked, cancellationToken))?.Dispose();
        await using var gate = Settings.YtDlpProxy is null && !Settings.PrivateAddressesAllowed ? GuardedProxy.Start(guard) : null;
        using var cookies = CookieCopy.Of(Settings.YtDlpCookiesFile);
        var complaints = new List<string>();
        var lines = 0;
        using var deadline = new CancellationTokenSource(limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var bounded = new BoundedTool(settings.Guard.ToolMemory, Settings.MostBytes);
        CommandResult result;
        try
        {
            result = await bounded
                .Wrap(Settings.YtDlpPath, [.. Common(gate, cookies), .. arguments, .. Settings.YtDlpExtraArguments, .. asked is null ? (string[])[] : ["--", asked.AbsoluteUri]])
                .WithEnvironmentVariables(variables => variables.Set("PYTHONUTF8", "1").Set("PYTHONUNBUFFERED", "1"))
                .WithStandardOutputPipe(PipeTarget.ToDelegate(line =>
                {
                    lines++;
                    onLine(line);
                }))
                .WithStandardErrorPipe(PipeTarget.ToDelegate(line =>
                {
                    lock (complaints) if (!string.IsNullOrWhiteSpace(line) && complaints.Count < MostComplaints) complaints.Add(line.TrimEnd());
                }))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(either.Token);
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw await NotedAsync(YtDlpFailure.TooSlow(asked, limit, Said(complaints), ex), asked);
        }
        catch (Win32Exception)
        {
            throw new SourceWaitsException(MissingReason);
        }

        if (gate?.RefusedHost is { } refused) throw await NotedAsync(AddressGuard.Refused(refused), asked);
        if (result.ExitCode is 0 or StoppedByRule || (result.ExitCode == SomeFailed && partly && lines > 0)) return;
        var fault = bounded.Exceeded(result.ExitCode, Said(complaints)) is { } exceeded
            ? YtDlpFailure.TooMuch(asked, exceeded, settings, Said(complaints), result.ExitCode)
            : YtDlpFailure.Of(asked, Said(complaints), result.ExitCode);
        throw fault is SourceFailedException failure ? await NotedAsync(failure, asked) : fault;
    }

    /// <summary>Its version; null where it is not installed or does not run.</summary>
    public async Task<string?> VersionAsync(CancellationToken cancellationToken)
    {
        string? version = null;
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            var result = await Cli.Wrap(Settings.YtDlpPath).WithArguments(["--ignore-config", "--version"])
                .WithStandardOutputPipe(PipeTarget.ToDelegate(line => version ??= line.Trim())).WithValidation(CommandResultValidation.None).ExecuteAsync(either.Token);
            return result.ExitCode == 0 ? version : null;
        }
        catch (Exception ex) when (ex is Win32Exception || (ex is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private IEnumerable<string> Common(GuardedProxy? gate, CookieCopy? cookies)
    {
        yield return "--ignore-config";
        yield return "--no-colors";
        yield return "--no-cache-dir";
        yield return "--socket-timeout=30";
        yield return "--retries=3";
        yield return "--fragment-retries=5";
        yield return $"--proxy={gate?.Address ?? Settings.YtDlpProxy}"; // where it is empty none is used, whatever the environment says
        if (cookies is not null) yield return $"--cookies={cookies.Path}";
        if (Path.GetDirectoryName(settings.FfmpegPath) is { Length: > 0 } tools) yield return $"--ffmpeg-location={tools}";
    }

    /// <summary>A name that stands for an address of the inside is refused before a process is started for it.</summary>
    private async Task<System.Net.Sockets.Socket?> ProbeAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await guard.ConnectAsync(address.IdnHost, address.Port, cancellationToken);
        }
        catch (System.Net.Sockets.SocketException)
        {
            return null; // yt-dlp will say so in its own words
        }
    }

    private async Task<SourceFailedException> NotedAsync(SourceFailedException failure, Uri? address)
    {
        await status.NoteAsync(failure.FailureClass, failure.Message, address, failure.InnerException?.Message);
        return failure;
    }

    private string Said(List<string> complaints)
    {
        lock (complaints)
        {
            var text = string.Join(Environment.NewLine, complaints);
            return Settings.YtDlpProxy is { } secret ? text.Replace(secret, "(the proxy)", StringComparison.Ordinal) : text;
        }
    }

    /// <summary>yt-dlp writes its cookies back when it ends: two runs at once would spoil the operator's file, so that each gets a copy.</summary>
    private sealed class CookieCopy : IDisposable
    {
        private CookieCopy(string path) => Path = path;

        public string Path { get; }

        public static CookieCopy? Of(string? file)
        {
            if (file is null) return null;
            var copy = new CookieCopy(System.IO.Path.GetTempFileName()); // readable by this user alone
            try
            {
                File.WriteAllBytes(copy.Path, File.ReadAllBytes(file));
                return copy;
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                copy.Dispose();
                throw new SourceWaitsException($"The cookies in {file} cannot be read ({ex.Message.TrimEnd('.')}); check YTDLP_COOKIES_FILE.");
            }
        }

        public void Dispose() => File.Delete(Path);
    }
}

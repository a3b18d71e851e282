using System.Globalization;
using System.Runtime.CompilerServices;
using CliWrap;
using CliWrap.Buffered;
using CliWrap.Exceptions;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Alerts;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Embedding.Onnx;
using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Schedule;
using DrChaffee.Ingestion.Transcription;
using DrChaffee.Ingestion.VoiceActivity;
using Npgsql;

namespace DrChaffee.Ingestion.Diagnosis;

/// <summary>Looks at everything that ingestion and search need on this machine.</summary>
public sealed class Doctor(
    ChaffeeSettings settings, NpgsqlDataSource dataSource, ModelOverview models, GpuProbe gpu, Transcribers transcribers, VoiceActivityState voices,
    NetworkProbe network, Timetable timetable, AlertDesk alerts, SourceReport sources, TimeProvider time)
{
    private const long LittleDisk = 2_000_000_000;
    private static readonly TimeSpan ToolPatience = TimeSpan.FromSeconds(10);

    /// <summary>What this machine is and was built with, which asks nothing of anyone: the same for the command, <c>/health</c> and the dashboard.</summary>
    public IReadOnlyList<Finding> About { get; } =
    [
        new Finding("mode", FindingState.Info, settings.Mode switch
        {
            RunMode.Local => "This machine ingests and serves.",
            RunMode.Production => $"This machine serves, and takes in at most {settings.IngestionLimit} new recordings at a time.",
            _ => "This machine only serves.",
        }),
        new Finding("sources", FindingState.Info, $"Built with: {SourceReport.BuiltWith}."),
        Transcribing(transcribers),
        new Finding("speech", voices.IsHere ? FindingState.Ok : FindingState.Info, voices.Sentence),
        new Finding("engines", FindingState.Info, $"Built with: the shipped model; ONNX Runtime on {Accelerator.BuiltWith}; OpenAI-compatible endpoints. Reranker: {settings.RerankerModel ?? "none"}."),
        gpu.IsAvailable ? new Finding("gpu", FindingState.Ok, "A GPU is there.") : new Finding("gpu", FindingState.Info, "No GPU detected; this machine works on its CPU."),
    ];

    /// <summary>Runs every check; a check that fails is a finding, never an exception.</summary>
    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        List<Finding> findings = [];
        await foreach (var finding in ExamineEachAsync(cancellationToken)) findings.Add(finding);
        return findings;
    }

    /// <summary>Each finding as it comes; together they may take some seconds.</summary>
    public async IAsyncEnumerable<Finding> ExamineEachAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var known in About) yield return known;
        yield return await DatabaseAsync(cancellationToken);
        yield return new Finding("schedule", FindingState.Info, await timetable.NextRunAsync(cancellationToken));
        yield return await AlertsAsync(cancellationToken);
        yield return await network.ExamineAsync(cancellationToken);
        yield return await sources.ExamineYtDlpAsync(cancellationToken);
        yield return await CookieFile.ExamineAsync(settings.Fetch.YtDlpCookiesFile, time.GetUtcNow(), cancellationToken);
        yield return await ToolAsync("ffmpeg", settings.FfmpegPath, "recordings cannot be decoded", cancellationToken);
        yield return await ToolAsync("ffprobe", settings.FfprobePath, "recordings cannot be measured", cancellationToken);
        yield return await ModelAsync(cancellationToken);
        yield return new Finding("endpoint", FindingState.Info, settings.EmbeddingEndpoint is { } endpoint ? $"Embeds when it is chosen: {endpoint}." : "EMBEDDING_MODEL is not set, so no endpoint embeds.");
        yield return Disk();
    }

    private async Task<Finding> DatabaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = dataSource.CreateCommand(
                "SELECT current_setting('server_version'), (SELECT extversion FROM pg_extension WHERE extname = 'vector'), to_regclass('sources') IS NOT NULL");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var vector = await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1);
            if (vector is null || !reader.GetBoolean(2)) return new Finding("database", FindingState.Failed, "The database is empty; run 'drchaffee migrate'.");
            return Version.TryParse(vector, out var version) && version >= new Version(0, 8)
                ? new Finding("database", FindingState.Ok, $"PostgreSQL {reader.GetString(0)} with pgvector {vector}.")
                : new Finding("database", FindingState.Failed, $"pgvector is {vector}; install 0.8 or newer and run ALTER EXTENSION vector UPDATE.");
        }
        catch (NpgsqlException ex)
        {
            return new Finding("database", FindingState.Failed, $"The database cannot be reached ({ex.Message.TrimEnd('.')}); check DATABASE_URL.");
        }
    }

    /// <summary>Whether somebody is told of failed nights, and whether the last message arrived.</summary>
    private async Task<Finding> AlertsAsync(CancellationToken cancellationToken)
    {
        if (alerts.Refusal is { } refusal) return new Finding("alerts", FindingState.Info, refusal);
        var places = $"Alerts go by {string.Join(" and ", alerts.Places)}.";
        try
        {
            var last = await alerts.LastAsync(cancellationToken);
            List<string> faults = [.. last.Where(alert => alert.LastError is not null).Select(alert => $"The last one did not arrive by {alert.Carrier}{(alert.SentAt is null ? "" : " for everybody")}: {alert.LastError}")];
            if (faults.Count > 0) return new Finding("alerts", FindingState.Failed, $"{places} {string.Join(" ", faults)}");
            return last.Max(alert => alert.SentAt) is { } at
                ? new Finding("alerts", FindingState.Ok, string.Create(CultureInfo.InvariantCulture, $"{places} The last one arrived on {TimeZoneInfo.ConvertTime(at, settings.TimeZone):d MMM} at {TimeZoneInfo.ConvertTime(at, settings.TimeZone):HH:mm}."))
                : new Finding("alerts", FindingState.Info, $"{places} None was sent yet; the page of the schedule sends a test.");
        }
        catch (Exception ex) when (ex is NpgsqlException or { InnerException: NpgsqlException })
        {
            return new Finding("alerts", FindingState.Info, $"{places} Whether the last one arrived is not known while the database cannot be asked.");
        }
    }

    private static async Task<Finding> ToolAsync(string name, string path, string consequence, CancellationToken cancellationToken) =>
        await TryRunAsync(path, "-version", cancellationToken) is { } version
            ? new Finding(name, FindingState.Ok, $"{version}.")
            : new Finding(name, FindingState.Failed, $"'{path}' does not run, so {consequence}; install ffmpeg, or set {name.ToUpperInvariant()}_PATH.");

    /// <summary>The first line that the program writes; null where it does not run, or not within ten seconds.</summary>
    private static async Task<string?> TryRunAsync(string path, string argument, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ToolPatience);
        try
        {
            var result = await Cli.Wrap(path).WithArguments([argument]).ExecuteBufferedAsync(patience.Token);
            return result.StandardOutput.Split('\n')[0].Trim();
        }
        catch (Exception ex) when (ex is CommandExecutionException or System.ComponentModel.Win32Exception or FileNotFoundException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The active model, and whether this machine can run it.</summary>
    private async Task<Finding> ModelAsync(CancellationToken cancellationToken)
    {
        try
        {
            var all = (await TryListAsync(cancellationToken)).Where(model => model.Kind == ModelKind.Embedding).ToList();
            var active = all.FirstOrDefault(model => model.Standing == ModelStanding.Active) ?? all.First(model => model.Standing == ModelStanding.Ready);
            var wanted = all.FirstOrDefault(model => model.Standing == ModelStanding.Wanted) is { } next ? $" {next.Name} is being brought in: {next.Embedded} of {next.Passages} passages." : "";
            return active.Here
                ? new Finding("embedding", FindingState.Ok, $"{active.Name} ({active.Dimensions} dimensions), by {active.Engine}.{wanted}")
                : new Finding("embedding", FindingState.Failed, $"Passages are embedded with {active.Name}, which this machine does not have; {(active.Engine == OnnxEngine.EngineName ? $"run 'drchaffee models fetch {active.Name}'" : $"set EMBEDDING_MODEL={active.Name} and EMBEDDING_BASE_URL")}.{wanted}");
        }
        catch (ModelException ex)
        {
            return new Finding("embedding", FindingState.Failed, ex.Message);
        }
    }

    private async Task<IReadOnlyList<ModelState>> TryListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await models.ListAsync(cancellationToken);
        }
        catch (Exception ex) when (ex is NpgsqlException or InvalidOperationException { InnerException: NpgsqlException })
        {
            return models.Known(); // what is wrong with the database is a finding of its own
        }
    }

    private static Finding Transcribing(Transcribers transcribers)
    {
        var states = transcribers.States;
        var (able, unable) = (states.Where(state => state.Missing is null).ToList(), states.Where(state => state.Missing is not null).ToList());
        var sentence = $"Transcribes by {string.Join("; ", able)}.{(transcribers.HearSpeech ? "" : " Recordings without captions wait until a speech-to-text engine is there.")}";
        return new Finding("transcriber", transcribers.HearSpeech ? FindingState.Ok : FindingState.Info, string.Join(' ', [sentence, .. unable.Select(state => $"{state.Engine}: {state.Missing}")]));
    }

    private Finding Disk()
    {
        var folder = new DirectoryInfo(settings.DataDirectory);
        while (!folder.Exists && folder.Parent is { } parent) folder = parent;
        var free = new DriveInfo(folder.FullName).AvailableFreeSpace;
        return free > LittleDisk
            ? new Finding("disk", FindingState.Ok, $"{free / 1_000_000_000} GB free for {settings.DataDirectory}.")
            : new Finding("disk", FindingState.Failed, $"Only {free / 1_000_000} MB are free for {settings.DataDirectory}; make room, or set DATA_DIR to a larger disk.");
    }
}

using CliWrap;
using CliWrap.Buffered;
using CliWrap.Exceptions;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Embedding.Onnx;
using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Ingestion.ModelFiles;
using Npgsql;

namespace DrChaffee.Ingestion.Diagnosis;

/// <summary>Looks at everything that ingestion and search need on this machine.</summary>
public sealed class Doctor(ChaffeeSettings settings, NpgsqlDataSource dataSource, ModelOverview models, GpuProbe gpu, SourceReport sources)
{
    private const long LittleDisk = 2_000_000_000;

    /// <summary>Runs every check; a check that fails is a finding, never an exception.</summary>
    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken) =>
    [
        await DatabaseAsync(cancellationToken),
        await ToolAsync("ffmpeg", settings.FfmpegPath, "recordings cannot be decoded", cancellationToken),
        await ToolAsync("ffprobe", settings.FfprobePath, "recordings cannot be measured", cancellationToken),
        .. await sources.ExamineAsync(cancellationToken),
        new Finding("transcriber", FindingState.Info, "Built with: captions. Recordings without captions wait until a speech-to-text engine is there."),
        await ModelAsync(cancellationToken),
        Engines(),
        gpu.IsAvailable ? new Finding("gpu", FindingState.Ok, "A GPU is there.") : new Finding("gpu", FindingState.Info, "No GPU detected; this machine works on its CPU."),
        Disk(),
    ];

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

    private static async Task<Finding> ToolAsync(string name, string path, string consequence, CancellationToken cancellationToken)
    {
        try
        {
            var result = await Cli.Wrap(path).WithArguments(["-version"]).ExecuteBufferedAsync(cancellationToken);
            return new Finding(name, FindingState.Ok, $"{result.StandardOutput.Split('\n')[0].Trim()}.");
        }
        catch (Exception ex) when (ex is CommandExecutionException or System.ComponentModel.Win32Exception or FileNotFoundException)
        {
            return new Finding(name, FindingState.Failed, $"'{path}' does not run, so {consequence}; install ffmpeg, or set {name.ToUpperInvariant()}_PATH.");
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

    private Finding Engines() => new("engines", FindingState.Info,
        $"Built with: the shipped model; ONNX Runtime on {Accelerator.BuiltWith}; OpenAI-compatible endpoints ({(settings.EmbeddingEndpoint is { } endpoint ? endpoint.ToString() : "EMBEDDING_MODEL is not set")}). Reranker: {settings.RerankerModel ?? "none"}.");

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

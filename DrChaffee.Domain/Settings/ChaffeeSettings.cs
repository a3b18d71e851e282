using DrChaffee.Domain.Data;
using DrChaffee.Domain.Schedule;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Domain.Settings;

/// <summary>Everything that the environment decides, read and checked once at the start.</summary>
public sealed record ChaffeeSettings
{
    private const string DefaultDatabase = "postgresql://localhost:5432/drchaffee";
    private const string DefaultModelsUrl = "https://huggingface.co";

    /// <summary>Npgsql connection string made of <c>DATABASE_URL</c>.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Npgsql connection strings of the servers that follow that one and are read for visitors.</summary>
    public IReadOnlyList<string> ReplicaConnectionStrings { get; init; } = [];

    /// <summary>A replica further behind is left out.</summary>
    public TimeSpan ReplicaMaxLag { get; init; } = TimeSpan.FromSeconds(30);
    public int Port { get; init; } = 8080;

    /// <summary>Where this machine keeps what can be made again: work files, stored audio. Absolute.</summary>
    public string DataDirectory { get; init; } = Path.GetFullPath(".data");
    public string ModelsDirectory { get; init; } = Path.GetFullPath(Path.Combine(".data", "models"));

    /// <summary>Where models are fetched from: a hub that speaks as Hugging Face does.</summary>
    public Uri ModelsUrl { get; init; } = new(DefaultModelsUrl);

    /// <summary>The endpoint that embeds, where the environment names one.</summary>
    public EmbeddingEndpoint? EmbeddingEndpoint { get; init; }

    /// <summary>The model that reads the best candidates of a search once more; null: none does.</summary>
    public string? RerankerModel { get; init; }

    /// <summary>How speech becomes text.</summary>
    public TranscriptionSettings Transcription { get; init; } = new();
    public string AudioDirectory { get; init; } = Path.GetFullPath(Path.Combine(".data", "audio"));
    public bool StoreAudioLocally { get; init; }

    /// <summary>How recordings are fetched from elsewhere.</summary>
    public FetchSettings Fetch { get; init; } = new();

    /// <summary>Other libraries than this process's own.</summary>
    public SyncSettings Sync { get; init; } = new();
    public RunMode Mode { get; init; } = RunMode.Local;

    /// <summary>Which variable set the mode, such as <c>API_ONLY_MODE is true</c>, for refusals that say why; null for the default.</summary>
    public string? ModeReason { get; init; }

    /// <summary>True where this process serves no page and works on what is queued until it is stopped.</summary>
    public bool WorkerOnly { get; init; }

    /// <summary>What joins the hubs of several web processes; null: there is one, or each reaches its own clients only.</summary>
    public Uri? RedisUrl { get; init; }

    /// <summary>How many recordings one nightly run takes in production.</summary>
    public int IngestionLimit { get; init; } = 5;

    /// <summary>When the nightly run begins, unless an admin chose another time; null: it does not run by itself.</summary>
    public CronSchedule? IngestionSchedule { get; init; }

    /// <summary>True where the environment says so, and it is not only the default of the run mode.</summary>
    public bool IngestionScheduleGiven { get; init; }

    /// <summary>The schedule, its page and alerts are told in it.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;
    public string FfmpegPath { get; init; } = "ffmpeg";
    public string FfprobePath { get; init; } = "ffprobe";

    /// <summary>False where a GPU must not be used: <c>TORCH_DEVICE=cpu</c>, or <c>CUDA_VISIBLE_DEVICES</c> set and empty.</summary>
    public bool GpuAllowed { get; init; } = true;

    /// <summary>The admin's password where the operator sets it; otherwise a setup token in the log leads to the page that sets it.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>Whom a server on the internet believes, and how much it does for one client.</summary>
    public GuardSettings Guard { get; init; } = new();

    /// <summary>What this program tells those who watch it, and how.</summary>
    public TelemetrySettings Telemetry { get; init; } = new();

    /// <summary>Values of the environment that must not be told, whichever variable holds them.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Every variable by name, without what must not be told.</summary>
    public IReadOnlyList<SettingNote> Variables { get; init; } = [];

    /// <summary>Where an operator is told of what needs a person.</summary>
    public AlertSettings Alerts { get; init; } = new();

    /// <summary>The provider that signs people in, where the environment names one.</summary>
    public OidcSettings? Oidc { get; init; }

    /// <summary>Reads the environment. Throws <see cref="SettingsException"/> with every fault.</summary>
    public static ChaffeeSettings Read(IConfiguration configuration)
    {
        var environment = new EnvironmentReader(configuration);
        if (!DatabaseUrl.TryParse(environment.Text("DATABASE_URL") ?? DefaultDatabase, out var connectionString, out var fault))
            environment.Fault(fault);

        var data = Path.GetFullPath(environment.Text("DATA_DIR", harmless: true) ?? ".data");
        var (mode, reason) = ReadMode(environment);
        environment.Know("ADMIN_PASSWORD", "OPENAI_BASE_URL", "OPENAI_API_KEY", "OIDC_CLIENT_SECRET", "OIDC_NAME", "OIDC_ADMIN_EMAILS", "OIDC_EDITOR_EMAILS", "OIDC_ROLES_CLAIM");
        var settings = new ChaffeeSettings
        {
            ConnectionString = connectionString ?? "",
            ReplicaConnectionStrings = environment.Databases("DATABASE_REPLICA_URLS"),
            ReplicaMaxLag = TimeSpan.FromSeconds(environment.Number("REPLICA_MAX_LAG", 30, 1, 86_400)),
            Port = environment.Number("PORT", 8080, 1, 65535),
            DataDirectory = data,
            ModelsDirectory = Path.GetFullPath(environment.Text("MODELS_DIR", harmless: true) ?? Path.Combine(data, "models")),
            ModelsUrl = environment.Address("MODELS_URL", DefaultModelsUrl),
            EmbeddingEndpoint = EmbeddingEndpoint.Read(environment),
            RerankerModel = environment.Text("RERANKER_MODEL", harmless: true),
            Transcription = TranscriptionSettings.Read(environment),
            AudioDirectory = Path.GetFullPath(environment.Text("AUDIO_STORAGE_DIR", harmless: true) ?? Path.Combine(data, "audio")),
            StoreAudioLocally = environment.Flag("STORE_AUDIO_LOCALLY", false),
            Fetch = FetchSettings.Read(environment),
            Sync = SyncSettings.Read(environment),
            Mode = mode,
            ModeReason = reason,
            WorkerOnly = environment.Flag("WORKER_ONLY", false),
            RedisUrl = environment.Redis("REDIS_URL"),
            IngestionLimit = environment.Number("INGESTION_LIMIT", 5, 1, 10_000),
            IngestionSchedule = environment.Schedule("INGESTION_SCHEDULE", mode == RunMode.Production ? "0 2 * * *" : "off"),
            IngestionScheduleGiven = environment.Text("INGESTION_SCHEDULE", harmless: true) is not null,
            TimeZone = environment.Zone("TZ"),
            FfmpegPath = environment.Text("FFMPEG_PATH", harmless: true) ?? "ffmpeg",
            FfprobePath = environment.Text("FFPROBE_PATH", harmless: true) ?? "ffprobe",
            GpuAllowed = environment.Choice("TORCH_DEVICE", "auto", "auto", "cpu", "cuda") != "cpu"
                && configuration["CUDA_VISIBLE_DEVICES"] is not "",
            Oidc = OidcSettings.Read(environment),
            AdminPassword = configuration["ADMIN_PASSWORD"] is { Length: > 0 } password ? password : null,
            Guard = GuardSettings.Read(environment),
            Alerts = AlertSettings.Read(environment),
            Telemetry = TelemetrySettings.Read(environment),
            Secrets = SecretRedactor.SecretsIn(configuration),
        };
        _ = environment.Text("CUDA_VISIBLE_DEVICES", harmless: true);
        settings = settings with { Variables = environment.Notes };
        if (settings.AdminPassword is { Length: < 10 })
            environment.Fault("ADMIN_PASSWORD is shorter than 10 characters; choose a longer one.");

        if (settings is { WorkerOnly: true, ModeReason: { } limited })
            environment.Fault($"WORKER_ONLY is true and {limited}: a machine that only works takes whatever is queued. Set one of the two.");

        return environment.Faults.Count == 0 ? settings : throw new SettingsException(environment.Faults);
    }

    private static (RunMode Mode, string? Reason) ReadMode(EnvironmentReader environment)
    {
        var apiOnly = environment.Flag("API_ONLY_MODE", false);
        var ingestion = environment.Flag("ENABLE_INGESTION", true);
        var incremental = environment.Flag("INCREMENTAL_ONLY", false);
        if (apiOnly) return (RunMode.ApiOnly, "API_ONLY_MODE is true");
        if (!ingestion) return (RunMode.ApiOnly, "ENABLE_INGESTION is false");
        return incremental ? (RunMode.Production, "INCREMENTAL_ONLY is true") : (RunMode.Local, null);
    }
}

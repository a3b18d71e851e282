namespace DrChaffee.Domain.Settings;

/// <summary>Everything that the environment decides, read and checked once at the start.</summary>
public sealed record ChaffeeSettings
{
    /// <summary>Npgsql connection string made of <c>DATABASE_URL</c>.</summary>
    public required string ConnectionString { get; init; }
    public int Port { get; init; } = 8080;

    /// <summary>Where this machine keeps what can be made again: work files, stored audio.</summary>
    public string DataDirectory { get; init; } = ".data";
    public string ModelsDirectory { get; init; } = Path.Combine(".data", "models");
    public string AudioDirectory { get; init; } = Path.Combine(".data", "audio");
    public bool StoreAudioLocally { get; init; }
    public RunMode Mode { get; init; } = RunMode.Local;

    /// <summary>Which variable set the mode, for refusals that say why; null for the default.</summary>
    public string? ModeReason { get; init; }

    /// <summary>How many recordings one nightly run takes in production.</summary>
    public int IngestionLimit { get; init; } = 5;
    public string FfmpegPath { get; init; } = "ffmpeg";
    public string FfprobePath { get; init; } = "ffprobe";

    /// <summary>The admin's password where the operator sets it; otherwise a setup token in the log leads to the page that sets it.</summary>
    public string? AdminPassword { get; init; }
}

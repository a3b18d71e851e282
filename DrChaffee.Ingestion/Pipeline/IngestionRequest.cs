using DrChaffee.Ingestion.Discovery;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Where recordings are looked for.</summary>
public enum SourceKind
{
    YtDlp,
    Youtube,
    Rss,
    Folder,
}

/// <summary>What one run is asked to do.</summary>
public sealed record IngestionRequest
{
    public Guid RunId { get; init; } = Guid.CreateVersion7();
    public SourceKind Source { get; init; } = SourceKind.YtDlp;

    /// <summary>The channel's address, or the folder's path.</summary>
    public required string Channel { get; init; }
    public int? Limit { get; init; }

    /// <summary>Counts towards the limit only what has not been done yet.</summary>
    public bool LimitUnprocessed { get; init; }
    public bool StoreAudioLocally { get; init; }

    /// <summary>Leaves out recordings shorter than two minutes.</summary>
    public bool SkipShorts { get; init; }
    public bool NewestFirst { get; init; }
    public DateOnly? Since { get; init; }

    /// <summary>Does again what is done or failed already.</summary>
    public bool Force { get; init; }

    /// <summary>Looks for nothing new: does what is queued or due for another try, whoever queued it.</summary>
    public bool TakesUp { get; init; }

    /// <summary>Says what would be done, and does nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>What a look at the channel found to do just now; null where the run looks itself.</summary>
    internal IReadOnlyList<PlannedSource>? Plan { get; init; }

    public static IngestionRequest TakeUp() => new() { Channel = "", TakesUp = true };

    public string Describe() => TakesUp ? "Take up what is queued or due again" : $"{(Force ? "Ingest again" : "Ingest")} {Channel}{(Limit is { } limit ? $", at most {limit}{(LimitUnprocessed ? " unprocessed" : "")}" : "")}";
}

using System.Text.Json.Serialization;

namespace DrChaffee.Benchmarks.Search;

/// <summary>What a run measured: times in milliseconds, shares from 0 to 1.</summary>
internal sealed record SearchReport
{
    public required int Passages { get; init; }
    public required int Questions { get; init; }
    public double HybridP50Ms { get; init; }
    public double HybridP95Ms { get; init; }
    public double KeywordP50Ms { get; init; }
    public double KeywordP95Ms { get; init; }
    public double SemanticP50Ms { get; init; }
    public double SemanticP95Ms { get; init; }

    /// <summary>Of hybrid searches narrowed to one recording, one speaker or one year.</summary>
    public double FilteredP95Ms { get; init; }

    /// <summary>Queries that no person means: any Unicode, operators half-written, 10,000 characters, stop words alone.</summary>
    public int GeneratedQueries { get; init; }
    public double GeneratedP99Ms { get; init; }
    public double GeneratedMaxMs { get; init; }

    /// <summary>What the exact scan does, done by the meaning leg: a question in, the nearest twenty passages out.</summary>
    public double NearestP50Ms { get; init; }

    /// <summary>In memory, by one thread.</summary>
    public double ExactP50Ms { get; init; }

    /// <summary>In the database without its index, with as many workers as it plans.</summary>
    public double DatabaseExactP50Ms { get; init; }

    [JsonPropertyName("recall_at_20")]
    public double RecallAt20 { get; init; }

    [JsonPropertyName("filtered_recall_at_20")]
    public double FilteredRecallAt20 { get; init; }
    public required IReadOnlyDictionary<string, double> FilteredRecallBy { get; init; }

    /// <summary>Of the database's own index with the settings that every connection carries.</summary>
    [JsonPropertyName("hnsw_recall_at_20")]
    public double HnswRecallAt20 { get; init; }
    public double HnswP50Ms { get; init; }

    /// <summary>Peak resident memory of the web process after the requests.</summary>
    public double MemoryMb { get; init; }

    /// <summary>Embedding and indexing; 0 where the library was kept from an earlier run.</summary>
    public double BuildS { get; init; }
    public HttpReport? Http { get; init; }
}

/// <summary>Searches asked by many clients at once.</summary>
internal sealed record HttpReport(int Clients, int Requests, int Errors, double RequestsPerS, double P50Ms, double P95Ms, double P99Ms, double MaxMs);

using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>What became of one run.</summary>
/// <param name="Audio">Length of the recordings that were done.</param>
/// <param name="Planned">Titles that a dry run would work on; empty otherwise.</param>
public sealed record IngestionReport(Guid RunId, RunCounts Counts, IReadOnlyList<FailedSource> Failures, TimeSpan Audio, TimeSpan Took, IReadOnlyList<string> Planned)
{
    /// <summary>What a dry run would leave out by its filters, and why; empty otherwise, for a run tells it by its events.</summary>
    public IReadOnlyList<LeftOutRecording> LeftOut { get; init; } = [];

    /// <summary>How many hours of recording went through in one hour.</summary>
    public double TimesRealTime => Took > TimeSpan.Zero ? Audio / Took : 0;

    public IReadOnlyDictionary<FailureClass, int> FailedByClass => Failures.CountBy(f => f.FailureClass).ToDictionary();
}

/// <summary>How many sources a run found, and what became of them so far.</summary>
public sealed record RunCounts(int Found, int Done, int Failed, int Waiting, int Skipped)
{
    public int Ended => Done + Failed + Waiting + Skipped;
}

/// <summary>One recording that is not wanted, and why, as an end of a sentence.</summary>
public sealed record LeftOutRecording(string Title, string Reason);

/// <summary>One source that failed, and why, in a sentence.</summary>
public sealed record FailedSource(string SourceKey, string Title, FailureClass FailureClass, string Reason);

/// <summary>Something happened in a run, for a screen that shows it as it happens.</summary>
public sealed record RunUpdate(IngestionEvent Event, RunCounts Counts);

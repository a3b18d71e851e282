using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Speakers;

namespace DrChaffee.Domain.Transcripts;

/// <summary>One spoken stretch as the transcriber wrote it.</summary>
public sealed class Segment
{
    public long Id { get; init; }
    public long SourceId { get; init; }

    /// <summary>Place in the recording, from 0.</summary>
    public int Ordinal { get; init; }
    public TimeSpan Start { get; init; }
    public TimeSpan End { get; init; }
    public required string Text { get; init; }
    public long? SpeakerId { get; set; }
    public Speaker? Speaker { get; set; }

    /// <summary>True where the times were interpolated between two stamps.</summary>
    public bool TimesEstimated { get; init; }

    /// <summary>Start and end in seconds of each white-space separated word of <see cref="Text"/>, in turn; null where only the segment is timed.</summary>
    public float[]? WordTimes { get; init; }

    /// <summary>Mean log-probability of the tokens; null where the engine gives none.</summary>
    public float? AvgLogprob { get; init; }
    public float? CompressionRatio { get; init; }
    public float? NoSpeechProb { get; init; }

    /// <summary>Why the text may be invented by the transcriber; such a segment is kept but left out of search.</summary>
    public string? SuspectReason { get; set; }

    public int EngineId { get; init; }
    public Engine? Engine { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

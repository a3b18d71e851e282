namespace DrChaffee.Domain.Transcripts;

/// <summary>What a transcript file says, before it becomes a source: the recording's facts and the lines that were spoken.</summary>
public sealed record TranscriptDocument
{
    public string? Title { get; init; }
    public string? Channel { get; init; }
    public DateOnly? PublishedOn { get; init; }

    /// <summary>Where the recording can be seen or heard, if the file names it.</summary>
    public Uri? Url { get; init; }

    /// <summary>The recording's length, if the file states it; otherwise the end of the last line stands for it.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>In order of <see cref="TranscriptLine.Start"/>; never overlapping, never empty text.</summary>
    public required IReadOnlyList<TranscriptLine> Lines { get; init; }
}

/// <summary>One spoken stretch, as a caption file or a transcriber gives it.</summary>
public sealed record TranscriptLine(TimeSpan Start, TimeSpan End, string Text, string? Speaker = null)
{
    /// <summary>True where the times were interpolated between two stamps instead of read.</summary>
    public bool Estimated { get; init; }

    /// <summary>Start and end of each white-space separated word of <see cref="Text"/>, or null where only the line is timed.</summary>
    public IReadOnlyList<WordTime>? Words { get; init; }

    /// <summary>How sure the transcriber was; null for what a person wrote.</summary>
    public LineQuality? Quality { get; init; }

    /// <summary>Why the text may be invented by the transcriber, in a sentence; null for what can be trusted.</summary>
    public string? SuspectReason { get; init; }
}

/// <summary>A transcriber's own measures of one line, as Whisper defines them; null where the engine does not tell.</summary>
/// <param name="AvgLogprob">Mean log-probability of the tokens, 0 at best.</param>
/// <param name="CompressionRatio">Length of the text over its length when compressed; text that repeats itself is above 2.4.</param>
/// <param name="NoSpeechProb">0 to 1: that nobody speaks.</param>
public sealed record LineQuality(float? AvgLogprob, float? CompressionRatio, float? NoSpeechProb);

/// <summary>When one word was spoken.</summary>
public readonly record struct WordTime(TimeSpan Start, TimeSpan End);

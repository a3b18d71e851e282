namespace DrChaffee.Domain.Search.Lab;

/// <summary>One judgment as lists show it.</summary>
/// <param name="Title">Of the recording; null where it is gone.</param>
/// <param name="Start">Seconds from the recording's start.</param>
/// <param name="Text">The passage that is spoken there now; null where there is none any more, so that nothing could find it.</param>
public sealed record Judgment(string Query, string SourceKey, string? Title, double Start, int Grade, string? Text, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>A query that was judged.</summary>
/// <param name="Relevant">Judgments of 1 or 2.</param>
public sealed record JudgedQuery(string Query, int Judged, int Relevant, DateTimeOffset UpdatedAt);

/// <summary>Judgments cannot be saved on this machine; the message says why in a sentence.</summary>
public sealed class JudgmentsRefusedException(string message) : Exception(message);

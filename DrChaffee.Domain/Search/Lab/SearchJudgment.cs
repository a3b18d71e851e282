namespace DrChaffee.Domain.Search.Lab;

/// <summary>
/// How well a passage answers a query, as a person said. The passage is named by its recording's key and a second, for passages are cut anew, and get new row numbers,
/// whenever a recording is ingested again: a judgment holds for whatever passage is spoken at its second.
/// </summary>
public sealed class SearchJudgment
{
    public long Id { get; init; }

    /// <summary>As it was asked, operators included.</summary>
    public required string Query { get; init; }
    public required string SourceKey { get; init; }

    /// <summary>Where the judged passage began.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>2 relevant, 1 partly, 0 not.</summary>
    public short Grade { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

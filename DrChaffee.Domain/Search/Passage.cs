using DrChaffee.Domain.Sources;
using DrChaffee.Domain.Speakers;
using NpgsqlTypes;

namespace DrChaffee.Domain.Search;

/// <summary>Consecutive segments that make sense when read alone: the unit that is embedded and found.</summary>
public sealed class Passage
{
    public long Id { get; init; }
    public long SourceId { get; init; }
    public Source? Source { get; init; }

    /// <summary>Place in the recording, from 0.</summary>
    public int Ordinal { get; init; }
    public TimeSpan Start { get; init; }
    public TimeSpan End { get; init; }
    public required string Text { get; init; }
    public long? SpeakerId { get; set; }
    public Speaker? Speaker { get; set; }

    /// <summary>Ordinals of the first and last segment it is made of.</summary>
    public int FirstSegment { get; init; }
    public int LastSegment { get; init; }

    /// <summary>Stemmed words without stop words, made by PostgreSQL from <see cref="Text"/>; the words leg is loaded from it.</summary>
    public NpgsqlTsVector Words { get; init; } = null!;
    public DateTimeOffset CreatedAt { get; init; }
}

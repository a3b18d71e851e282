namespace DrChaffee.Domain.Search.Ranking;

/// <summary>A passage that a leg found, as both legs see it.</summary>
/// <param name="Words">BM25; 0 where it holds no word of the question.</param>
/// <param name="Meaning">Cosine; null where the passage has no vector.</param>
/// <param name="Start">Seconds from the recording's start.</param>
/// <param name="Score">What it is ordered by.</param>
internal readonly record struct Candidate(long PassageId, long SourceId, double Start, float Words, float? Meaning, float Score = 0);

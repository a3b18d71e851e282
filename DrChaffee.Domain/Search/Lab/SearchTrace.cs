using System.Text.Json.Serialization;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>How a search came to its order; made only where it was asked for.</summary>
/// <param name="Candidates">All that the legs found, in the order of the final score.</param>
/// <param name="MeaningSql">What the meaning leg asked the database; null where it did not ask.</param>
public sealed record SearchTrace(QueryTrace Query, IReadOnlyList<CandidateTrace> Candidates, string? MeaningSql);

/// <summary>One candidate's way to its place. The parts add up to <see cref="Score"/>.</summary>
/// <param name="Bm25">0 where it holds no word of the question.</param>
/// <param name="Cosine">Null where the passage has no vector or the meaning leg did not answer.</param>
/// <param name="Fused">Both legs by weight; where one leg answered alone, its score as a share of its best.</param>
/// <param name="CloserLook">What words that stand together and the words of the best passages added.</param>
/// <param name="Recording">What the recording as a whole added.</param>
/// <param name="SecondReading">What a reranker added or took, where one is set.</param>
/// <param name="Score">What it is ordered by.</param>
/// <param name="WordsRank">Its place among what the words leg brought, from 1; null where that leg did not bring it.</param>
/// <param name="MeaningRank">The same of the meaning leg.</param>
/// <param name="Rank">Its place among the results; null where another result stands for it.</param>
/// <param name="FoldedInto">The place of the result that stands for it; null where it stands for itself.</param>
public sealed record CandidateTrace(
    [property: JsonIgnore] long PassageId, float Bm25, float? Cosine, float Fused, float CloserLook, float Recording, float SecondReading, float Score, int? WordsRank, int? MeaningRank, int? Rank, int? FoldedInto);

using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search.Ranking;

/// <summary>A result, and the candidates that it stands for.</summary>
internal sealed record FoldedResult(Candidate Best)
{
    /// <summary>Of the same recording, soon before or after.</summary>
    public List<Candidate> Nearby { get; } = [];

    /// <summary>Of other recordings, in almost the same words.</summary>
    public List<Candidate> Duplicates { get; } = [];
}

/// <summary>Lets the best passage of a stretch of talk, and of a text that was spoken more than once, stand for the others.</summary>
internal static class Folding
{
    /// <summary>Passages that share so many of their words say the same: a trailer, an advertisement, an episode published twice.</summary>
    private const double SameWords = 0.8;

    /// <summary>Shorter passages are alike by chance.</summary>
    private const int FewestWords = 12;

    /// <param name="ranked">Best first.</param>
    /// <param name="stored">The best of them, by passage; only those are compared.</param>
    /// <param name="seconds">Passages that begin so near to a better one are folded into it; 0 folds nothing.</param>
    public static IReadOnlyList<FoldedResult> Fold(IReadOnlyList<Candidate> ranked, IReadOnlyDictionary<long, StoredWords> stored, int seconds)
    {
        if (seconds <= 0) return [.. ranked.Select(c => new FoldedResult(c))];
        List<FoldedResult> results = [];
        Dictionary<long, List<FoldedResult>> recordings = [];
        foreach (var candidate in ranked)
        {
            var own = recordings.TryGetValue(candidate.SourceId, out var found) ? found : recordings[candidate.SourceId] = [];
            if (own.Find(result => Math.Abs(result.Best.Start - candidate.Start) <= seconds) is { } near)
                near.Nearby.Add(candidate);
            else if (SameText(candidate, results, stored) is { } same)
                same.Duplicates.Add(candidate);
            else
            {
                var result = new FoldedResult(candidate);
                own.Add(result);
                results.Add(result);
            }
        }

        return results;
    }

    private static FoldedResult? SameText(Candidate candidate, List<FoldedResult> results, IReadOnlyDictionary<long, StoredWords> stored) =>
        stored.TryGetValue(candidate.PassageId, out var words) && words.Count >= FewestWords
            ? results.Find(result => stored.TryGetValue(result.Best.PassageId, out var other) && words.IsLike(other, SameWords))
            : null;
}

using DrChaffee.Domain.Search.Ranking;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>Looks on while a search puts its candidates in order. What a step does not do leaves the order of the step before.</summary>
internal sealed class SearchTracer
{
    private IReadOnlyList<Candidate> _fused = [];
    private IReadOnlyList<Candidate>? _looked;
    private IReadOnlyList<Candidate>? _ordered;

    public void Fused(IReadOnlyList<Candidate> ranked) => _fused = ranked;

    public void LookedAt(IReadOnlyList<Candidate> ranked) => _looked = ranked;

    public void Ordered(IReadOnlyList<Candidate> ranked) => _ordered = ranked;

    public SearchTrace Write(QueryTrace query, LegResult byWords, LegResult byMeaning, IReadOnlyList<FoldedResult> results)
    {
        var (fused, looked) = (Scores(_fused), Scores(_looked ?? _fused));
        var (words, meaning) = (Ranks(byWords), Ranks(byMeaning));
        var places = Ranks(results.Select(r => r.Best.PassageId));
        var folded = results.SelectMany((result, i) => result.Nearby.Concat(result.Duplicates).Select(c => (c.PassageId, Rank: i + 1))).ToDictionary(f => f.PassageId, f => f.Rank);
        return new SearchTrace(query, [.. (_ordered ?? _looked ?? _fused).Select(Trace)], byMeaning.Statement);

        CandidateTrace Trace(Candidate c) => new(
            c.PassageId, c.Words, c.Meaning, fused[c.PassageId], looked[c.PassageId] - fused[c.PassageId], c.Score - looked[c.PassageId], c.Score,
            At(words, c.PassageId), At(meaning, c.PassageId), At(places, c.PassageId), At(folded, c.PassageId));
    }

    private static Dictionary<long, float> Scores(IReadOnlyList<Candidate> ranked) => ranked.ToDictionary(c => c.PassageId, c => c.Score);

    private static Dictionary<long, int> Ranks(LegResult leg) => Ranks(leg.Candidates.Select(c => c.PassageId));

    private static Dictionary<long, int> Ranks(IEnumerable<long> passages) => passages.Index().ToDictionary(p => p.Item, p => p.Index + 1);

    private static int? At(Dictionary<long, int> ranks, long passage) => ranks.TryGetValue(passage, out var rank) ? rank : null;
}

using DrChaffee.Domain.Search.Ranking;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>Looks on while a search puts its candidates in order. What a step does not do leaves the order of the step before.</summary>
internal sealed class SearchTracer
{
    private IReadOnlyList<Candidate> _fused = [];
    private IReadOnlyList<Candidate>? _looked;
    private IReadOnlyList<Candidate>? _withRecording;
    private IReadOnlyList<Candidate>? _readAgain;

    public void Fused(IReadOnlyList<Candidate> ranked) => _fused = ranked;

    public void LookedAt(IReadOnlyList<Candidate> ranked) => _looked = ranked;

    public void WithRecording(IReadOnlyList<Candidate> ranked) => _withRecording = ranked;

    public void ReadAgain(IReadOnlyList<Candidate> ranked) => _readAgain = ranked;

    public SearchTrace Write(QueryTrace query, LegResult byWords, LegResult byMeaning, IReadOnlyList<FoldedResult> results)
    {
        var (looked, recording) = (_looked ?? _fused, _withRecording ?? _looked ?? _fused);
        var (afterFusion, afterLook, afterRecording) = (Scores(_fused), Scores(looked), Scores(recording));
        var (words, meaning) = (Ranks(byWords), Ranks(byMeaning));
        var places = Ranks(results.Select(r => r.Best.PassageId));
        var folded = results.SelectMany((result, i) => result.Nearby.Concat(result.Duplicates).Select(c => (c.PassageId, Rank: i + 1))).ToDictionary(f => f.PassageId, f => f.Rank);
        return new SearchTrace(query, [.. (_readAgain ?? recording).Select(Trace)], byMeaning.Statement);

        CandidateTrace Trace(Candidate c) => new(
            c.PassageId, c.Words, c.Meaning, afterFusion[c.PassageId], afterLook[c.PassageId] - afterFusion[c.PassageId], afterRecording[c.PassageId] - afterLook[c.PassageId],
            c.Score - afterRecording[c.PassageId], c.Score,
            At(words, c.PassageId), At(meaning, c.PassageId), At(places, c.PassageId), At(folded, c.PassageId));
    }

    private static Dictionary<long, float> Scores(IReadOnlyList<Candidate> ranked) => ranked.ToDictionary(c => c.PassageId, c => c.Score);

    private static Dictionary<long, int> Ranks(LegResult leg) => Ranks(leg.Candidates.Select(c => c.PassageId));

    private static Dictionary<long, int> Ranks(IEnumerable<long> passages) => passages.Index().ToDictionary(p => p.Item, p => p.Index + 1);

    private static int? At(Dictionary<long, int> ranks, long passage) => ranks.TryGetValue(passage, out var rank) ? rank : null;
}

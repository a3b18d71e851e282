using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search.Ranking;

/// <summary>
/// Scores the best candidates of both legs once more, by what their stored words say: words of the question that stand together (after the sequential
/// dependence model, Metzler and Croft 2005), the stretch that holds most of the question (passage retrieval, Callan 1994), and words that the first two
/// share (relevance model, Lavrenko and Croft 2001, over BM25 weights).
/// </summary>
internal sealed class CloserLook(WordsLeg words, SearchTuning tuning)
{
    /// <summary>How many of the best are looked at.</summary>
    public const int Depth = 50;

    private const int Teachers = 2;
    private const int TaughtTerms = 40;
    private const int FarthestApart = 8;

    /// <summary>Places of a sentence or two.</summary>
    private const int Window = 30;

    /// <param name="ranked">Best first.</param>
    /// <param name="stored">The first <see cref="Depth"/>, by passage; one missing stays where it is.</param>
    public IReadOnlyList<Candidate> Rerank(IReadOnlyList<Candidate> ranked, QueryWords query, IReadOnlyDictionary<long, PassageRow> stored)
    {
        var zone = ranked.Take(Depth).Where(c => stored.ContainsKey(c.PassageId)).Select(c => c with { Score = c.Score + Closeness(query, stored[c.PassageId].Words) }).ToArray();
        if (zone.Length == 0) return ranked;

        var weights = Array.ConvertAll(zone, c => words.Weigh(stored[c.PassageId].Words));
        var taught = Taught(zone, weights);
        var feedback = Array.ConvertAll(weights, weight => taught.Sum(term => term.Value * weight.GetValueOrDefault(term.Key)));
        var most = Math.Max(feedback.Max(), float.Epsilon);
        var looked = zone.Select((c, i) => c with { Score = c.Score + tuning.FeedbackWeight * feedback[i] / most }).ToDictionary(c => c.PassageId);
        return WeightedFusion.Ordered(ranked.Select(c => looked.GetValueOrDefault(c.PassageId, c)));
    }

    private float Closeness(QueryWords query, PassageWords passage) => tuning.ProximityWeight * Proximity(query, passage) + tuning.WindowWeight * WithinWindow(query, passage);

    private float Proximity(QueryWords query, PassageWords passage)
    {
        float near = 0, all = 0;
        foreach (var (first, second, gap) in query.Neighbours)
        {
            var worth = Math.Min(words.Idf(first), words.Idf(second));
            all += worth;
            if (passage.Apart(first, second, gap) is { } apart and <= FarthestApart) near += worth / (1 + apart);
        }

        return all > 0 ? near / all : 0;
    }

    /// <summary>The largest share of the question, each word as telling as it is, that stands within one window; 0 to 1.</summary>
    private float WithinWindow(QueryWords query, PassageWords passage)
    {
        var worth = query.Lexemes.Select(l => l.Weight * words.Idf(l.Lexeme)).ToArray();
        var found = query.Lexemes.SelectMany((l, word) => passage.Places(l.Lexeme).Select(place => (place, word))).Order().ToArray();
        var within = new int[worth.Length];
        var (first, held, most) = (0, 0f, 0f);
        foreach (var (place, word) in found)
        {
            if (within[word]++ == 0) held += worth[word];
            for (; place - found[first].place > Window; first++)
                if (--within[found[first].word] == 0) held -= worth[found[first].word];
            most = Math.Max(most, held);
        }

        return most / Math.Max(worth.Sum(), float.Epsilon);
    }

    /// <summary>The terms that weigh most in the best candidates, the better ones counting more; the weights add up to 1.</summary>
    private static Dictionary<string, float> Taught(Candidate[] zone, IReadOnlyDictionary<string, float>[] weights)
    {
        var teachers = Enumerable.Range(0, zone.Length).OrderByDescending(i => zone[i].Score).Take(Teachers).ToArray();
        var sum = Math.Max(teachers.Sum(i => zone[i].Score), float.Epsilon);
        Dictionary<string, float> terms = new(StringComparer.Ordinal);
        foreach (var teacher in teachers)
        {
            var length = Math.Max(MathF.Sqrt(weights[teacher].Values.Sum(w => w * w)), float.Epsilon);
            foreach (var (lexeme, weight) in weights[teacher])
                terms[lexeme] = terms.GetValueOrDefault(lexeme) + zone[teacher].Score / sum * weight / length;
        }

        var best = terms.OrderByDescending(term => term.Value).ThenBy(term => term.Key, StringComparer.Ordinal).Take(TaughtTerms).ToArray();
        var total = Math.Max(best.Sum(term => term.Value), float.Epsilon);
        return best.ToDictionary(term => term.Key, term => term.Value / total, StringComparer.Ordinal);
    }
}

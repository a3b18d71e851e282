using System.Runtime.InteropServices;
using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search.Ranking;

/// <summary>
/// Scores the best candidates of both legs once more, by what their stored words say: words of the question that stand together (after the sequential
/// dependence model, Metzler and Croft 2005), and words that the first three share (relevance model, Lavrenko and Croft 2001, over BM25 weights).
/// </summary>
internal sealed class CloserLook(WordsLeg words, SearchTuning tuning)
{
    /// <summary>How many of the best are looked at.</summary>
    public const int Depth = 50;

    private const int Teachers = 3;
    private const int TaughtTerms = 40;
    private const int FarthestApart = 8;

    /// <param name="ranked">Best first.</param>
    /// <param name="stored">The words of the first <see cref="Depth"/>, by passage; one missing stays where it is.</param>
    public IReadOnlyList<Candidate> Rerank(IReadOnlyList<Candidate> ranked, QueryWords query, IReadOnlyDictionary<long, StoredWords> stored)
    {
        var zone = ranked.Take(Depth).Where(c => stored.ContainsKey(c.PassageId)).Select(c => c with { Score = c.Score + tuning.ProximityWeight * Proximity(query, stored[c.PassageId]) }).ToArray();
        if (zone.Length == 0) return ranked;

        var texts = Array.ConvertAll(zone, c => stored[c.PassageId]);
        var weights = Array.ConvertAll(texts, words.Weigh);
        var taught = Taught(zone, texts, weights);
        var feedback = new float[zone.Length];
        for (var i = 0; i < zone.Length; i++)
            for (var word = 0; word < texts[i].Count; word++)
                if (taught.TryGetValue(texts[i].Words[word].Lexeme, out var weight)) feedback[i] += weight * weights[i][word];
        var most = Math.Max(feedback.Max(), float.Epsilon);
        var looked = zone.Select((c, i) => c with { Score = c.Score + tuning.FeedbackWeight * feedback[i] / most }).ToDictionary(c => c.PassageId);
        return WeightedFusion.Ordered(ranked.Select(c => looked.GetValueOrDefault(c.PassageId, c)));
    }

    private float Proximity(QueryWords query, StoredWords passage)
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

    /// <summary>The terms that weigh most in the best candidates, the better ones counting more; the weights add up to 1.</summary>
    private static Dictionary<string, float> Taught(Candidate[] zone, StoredWords[] texts, float[][] weights)
    {
        var teachers = Enumerable.Range(0, zone.Length).OrderByDescending(i => zone[i].Score).Take(Teachers).ToArray();
        var sum = Math.Max(teachers.Sum(i => zone[i].Score), float.Epsilon);
        Dictionary<string, float> terms = new(StringComparer.Ordinal);
        foreach (var teacher in teachers)
        {
            var length = Math.Max(MathF.Sqrt(weights[teacher].Sum(weight => weight * weight)), float.Epsilon);
            for (var i = 0; i < texts[teacher].Count; i++)
                CollectionsMarshal.GetValueRefOrAddDefault(terms, texts[teacher].Words[i].Lexeme, out _) += zone[teacher].Score / sum * weights[teacher][i] / length;
        }

        var best = terms.OrderByDescending(term => term.Value).ThenBy(term => term.Key, StringComparer.Ordinal).Take(TaughtTerms).ToArray();
        var total = Math.Max(best.Sum(term => term.Value), float.Epsilon);
        return best.ToDictionary(term => term.Key, term => term.Value / total, StringComparer.Ordinal);
    }
}

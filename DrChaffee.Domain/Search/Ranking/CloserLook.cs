using System.Runtime.InteropServices;
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
    public const int Depth = 30;

    private const int Teachers = 2;
    private const int TaughtTerms = 40;
    private const int FarthestApart = 8;

    /// <summary>Places of a sentence or two.</summary>
    private const int Window = 30;

    /// <param name="ranked">Best first.</param>
    /// <param name="stored">The words of the first <see cref="Depth"/>, by passage; one missing stays where it is.</param>
    public IReadOnlyList<Candidate> Rerank(IReadOnlyList<Candidate> ranked, QueryWords query, IReadOnlyDictionary<long, StoredWords> stored)
    {
        var worth = query.Lexemes.ToDictionary(l => l.Lexeme, l => l.Weight * words.Idf(l.Lexeme), StringComparer.Ordinal);
        var zone = ranked.Take(Depth).Where(c => stored.ContainsKey(c.PassageId)).Select(c => c with { Score = c.Score + Closeness(query, worth, stored[c.PassageId]) }).ToArray();
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

    private float Closeness(QueryWords query, Dictionary<string, float> worth, StoredWords passage) =>
        tuning.ProximityWeight * Proximity(query, passage) + tuning.WindowWeight * WithinWindow(worth, passage);

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

    /// <summary>The largest share of the question, each word as telling as it is, that stands within one window; 0 to 1.</summary>
    private static float WithinWindow(Dictionary<string, float> worth, StoredWords passage)
    {
        List<(int Place, int Word)> found = [];
        for (var word = 0; word < passage.Count; word++)
        {
            if (!worth.ContainsKey(passage.Words[word].Lexeme)) continue;
            foreach (var place in passage.Places(word)) found.Add((place, word));
        }

        found.Sort();
        var within = new int[passage.Count];
        var (first, held, most) = (0, 0f, 0f);
        foreach (var (place, word) in found)
        {
            if (within[word]++ == 0) held += worth[passage.Words[word].Lexeme];
            for (; place - found[first].Place > Window; first++)
                if (--within[found[first].Word] == 0) held -= worth[passage.Words[found[first].Word].Lexeme];
            most = Math.Max(most, held);
        }

        return most / Math.Max(worth.Values.Sum(), float.Epsilon);
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

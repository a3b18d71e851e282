using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search.Index;

/// <summary>
/// BM25 over postings in memory. Score of a passage: the sum over lexemes of idf · tf·(k1+1) / (tf + k1·(1 − b + b·length/mean length)), with
/// idf = ln(1 + (N − n + ½)/(n + ½)), k1 = 1.2, b = 0.75 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
/// A passage shorter than half the mean counts as that half: half a line of talk that holds one word of the question is no better an answer than a paragraph.
/// </summary>
internal sealed class Postings(PassageTable table)
{
    private const float K1 = 1.2f;
    private const float B = 0.75f;

    /// <summary>Of the mean. In talks a quarter of the passages are short turns; on collections of abstracts it changes nothing.</summary>
    private const float LeastLength = 0.5f;

    private readonly Dictionary<string, PostingList> _lists = new(StringComparer.Ordinal);

    /// <summary>What they take, each word and its place in the dictionary included.</summary>
    public long Bytes => _lists.Sum(list => 56L + 2 * list.Key.Length + list.Value.Bytes);

    /// <param name="first">The number of the first passage; the others follow it.</param>
    public void Add(int first, IReadOnlyList<IndexedPassage> passages)
    {
        foreach (var (at, passage) in passages.Index())
        {
            foreach (var (lexeme, frequency) in passage.Words)
            {
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_lists, lexeme, out _);
                (list ??= new PostingList()).Add(first + at, frequency);
            }
        }
    }

    public bool Knows(string lexeme) => _lists.ContainsKey(lexeme);

    public bool Holds(string lexeme, int number) => _lists.TryGetValue(lexeme, out var list) && list.Frequency(number) > 0;

    public float Idf(string lexeme) => Idf(_lists.GetValueOrDefault(lexeme)?.Count ?? 0);

    /// <summary>The best passages in descending order of score.</summary>
    public IReadOnlyList<ScoredPassage> Best(IReadOnlyList<(string Lexeme, float Weight)> lexemes, PassageFilter filter, int take)
    {
        var rented = ArrayPool<float>.Shared.Rent(table.Numbers);
        try
        {
            var scores = rented.AsSpan(0, table.Numbers);
            scores.Clear();
            foreach (var (lexeme, weight) in lexemes)
                if (_lists.TryGetValue(lexeme, out var list)) Accumulate(list, weight * Idf(lexeme), scores);
            var best = new BestPassages(table, filter, Excluder(filter), take, floor: 0);
            foreach (var (first, count) in table.Runs(filter)) best.Offer(scores.Slice(first, count), first);
            return best.Take();
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    /// <summary>Tells passages that hold a word which none may hold; null where the filter names no such word.</summary>
    public Predicate<int>? Excluder(PassageFilter filter)
    {
        PostingList[] excluded = [.. filter.ExcludedLexemes.Select(lexeme => _lists.GetValueOrDefault(lexeme)).OfType<PostingList>()];
        return excluded.Length == 0 ? null : number => Array.Exists(excluded, list => list.Frequency(number) > 0);
    }

    /// <summary>The score of one passage.</summary>
    public float Score(IReadOnlyList<(string Lexeme, float Weight)> lexemes, int number)
    {
        var length = table.Lengths[number] / table.MeanLength;
        var score = 0f;
        foreach (var (lexeme, weight) in lexemes)
            if (_lists.TryGetValue(lexeme, out var list) && list.Frequency(number) is > 0 and var frequency) score += weight * Idf(lexeme) * Saturated(frequency, length);
        return score;
    }

    /// <summary>What a passage would score that held nothing but every one of the lexemes, over and over.</summary>
    public float Bound(IReadOnlyList<(string Lexeme, float Weight)> lexemes) => (K1 + 1) * lexemes.Sum(l => l.Weight * Idf(l.Lexeme));

    /// <summary>What a word weighs in a text of so many words, with the text as a passage.</summary>
    public float Weigh(StoredWord word, int length) => word.Idf * Saturated(word.Frequency, length / table.MeanLength);

    /// <summary>The lexeme as it is known here, and how telling it is; for an unknown one, as telling as any that no passage holds.</summary>
    public (string? Known, float Idf) Look(ReadOnlySpan<char> lexeme) =>
        _lists.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(lexeme, out var known, out var list) ? (known, Idf(list.Count)) : (null, Idf(0));

    /// <summary>The passages that hold every one of the lexemes and pass the filter, the best of them first; at most so many.</summary>
    public IReadOnlyList<long> Holding(IReadOnlyList<(string Lexeme, float Weight)> lexemes, PassageFilter filter, int most)
    {
        var lists = lexemes.Select(l => _lists.GetValueOrDefault(l.Lexeme)).OrderBy(list => list?.Count ?? 0).ToArray();
        if (lists.Length == 0 || lists[0] is not { } rarest) return [];
        var others = lists[1..];
        var best = new BestPassages(table, filter, Excluder(filter), most, floor: 0);
        foreach (var (number, _) in rarest)
            if (table.IsLive(number) && Array.TrueForAll(others, list => list!.Frequency(number) > 0)) best.Offer(number, Score(lexemes, number));
        return [.. best.Take().Select(passage => passage.PassageId)];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a long loop
    private void Accumulate(PostingList list, float idf, Span<float> scores)
    {
        var lengths = table.Lengths;
        var (flat, slope, least) = (K1 * (1 - B), K1 * B / table.MeanLength, K1 * B * LeastLength);
        foreach (var (number, frequency) in list)
            scores[number] += idf * (frequency * (K1 + 1)) / (frequency + flat + Math.Max(least, slope * lengths[number]));
    }

    private float Idf(int passages) => MathF.Log(1 + (Math.Max(0, table.Live - passages) + 0.5f) / (passages + 0.5f));

    private static float Saturated(int frequency, float length) => frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * Math.Max(length, LeastLength)));
}

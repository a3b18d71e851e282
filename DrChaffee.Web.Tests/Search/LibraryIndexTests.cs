using CsCheck;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Index;

namespace DrChaffee.Web.Tests.Search;

public sealed class LibraryIndexTests
{
    private static readonly Gen<string[][]> Corpora = Gen.Char['a', 'h'].Select(c => c.ToString()).Array[1, 12].Array[1, 60];

    [Fact]
    public void Scores_equal_the_formula_computed_one_passage_at_a_time() => Corpora.Select(Gen.Char['a', 'i'].Select(c => c.ToString()).Array[1, 3]).Sample((corpus, query) =>
    {
        using var index = new LibraryIndex();
        for (var i = 0; i < corpus.Length; i++) index.Replace(i + 1, [], [Passage(i + 1, corpus[i])]);

        var best = index.Search(Once(query), PassageFilter.None, take: corpus.Length);

        var expected = corpus.Select((words, i) => (Id: i + 1L, Score: Bm25(corpus, words, query))).Where(p => p.Score > 0).ToDictionary(p => p.Id, p => p.Score);
        Assert.Equal(expected.Keys.Order(), best.Select(b => b.PassageId).Order());
        Assert.All(best, b => Assert.Equal(expected[b.PassageId], b.Score, tolerance: 1e-3));
        Assert.Equal(best.Select(b => b.Score).OrderDescending(), best.Select(b => b.Score));
    });

    [Fact]
    public void A_replaced_source_is_found_by_its_new_words_alone()
    {
        using var index = new LibraryIndex();
        index.Replace(1, [], [Passage(1, "salt"), Passage(2, "water")]);
        index.Replace(2, [], [Passage(3, "salt")]);

        index.Replace(1, [], [Passage(4, "sleep")]);

        Assert.Equal([3L], index.Search(Once("salt"), PassageFilter.None, 10).Select(b => b.PassageId));
        Assert.Equal([4L], index.Search(Once("sleep"), PassageFilter.None, 10).Select(b => b.PassageId));
        Assert.Empty(index.Search(Once("water"), PassageFilter.None, 10));
        Assert.Equal(2, index.Count);
    }

    [Fact]
    public void A_filter_narrows_before_the_best_are_taken()
    {
        using var index = new LibraryIndex();
        for (var source = 1; source <= 50; source++) index.Replace(source, [], [Passage(source, "salt", speaker: source % 2 + 1)]);

        var best = index.Search(Once("salt"), new PassageFilter(new HashSet<long> { 7, 8, 9 }, new HashSet<long> { 2 }), take: 5);

        Assert.Equal([7L, 9L], best.Select(b => b.PassageId).Order());
    }

    [Fact]
    public void Given_passages_are_scored_as_the_search_scores_them()
    {
        using var index = new LibraryIndex();
        index.Replace(1, [], [Passage(1, "salt", "blood"), Passage(5, "salt"), Passage(9, "kidney")]);
        var best = index.Search(Once("salt", "blood"), PassageFilter.None, 10);

        var scores = index.Score(Once("salt", "blood"), [.. best, new ScoredPassage(9, 1, 0, 0), new ScoredPassage(77, 3, 0, 0)]);

        Assert.Equal([.. best.Select(b => b.Score), 0, 0], scores);
    }

    private static (string, float)[] Once(params string[] words) => [.. words.Select(word => (word, 1f))];

    private static IndexedPassage Passage(long id, params string[] words) => Passage(id, 0, words);

    private static IndexedPassage Passage(long id, string word, long speaker) => Passage(id, speaker, [word]);

    private static IndexedPassage Passage(long id, long speaker, string[] words) =>
        new(id, speaker, Start: 0, [.. words.GroupBy(word => word).Select(g => (g.Key, g.Count()))]);

    private static double Bm25(string[][] corpus, string[] passage, string[] query)
    {
        var mean = corpus.Average(words => words.Length);
        return query.Sum(term =>
        {
            double n = corpus.Count(words => words.Contains(term)), tf = passage.Count(word => word == term);
            return Math.Log(1 + (corpus.Length - n + 0.5) / (n + 0.5)) * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * Math.Max(0.5, passage.Length / mean)));
        });
    }
}

using DrChaffee.Ingestion.Embedding;
using DrChaffee.Training.Corpus;

namespace DrChaffee.Training.Learning;

/// <summary>The serving tokenizer with the noise of training: words are dropped, and some are read as their pieces.</summary>
internal sealed class NoisyTokenizer(EmbeddingVocabulary vocabulary, LearningOptions options, Random random)
{
    /// <summary>Fewer words than this say too little to lose any.</summary>
    private const int FewestStems = 2;

    private readonly EmbeddingTokenizer _tokenizer = new(vocabulary);

    public (TokenBag Left, TokenBag Right) Tokenize(TextPair pair)
    {
        var (left, right) = (_tokenizer.Stems(pair.Left), _tokenizer.Stems(pair.Right));
        if (random.NextDouble() < options.OverlapDropout)
        {
            var shared = right.Select(r => r.Stem).ToHashSet(StringComparer.Ordinal);
            (string Stem, int Count)[] own = [.. left.Where(l => !shared.Contains(l.Stem))];
            if (own.Length >= FewestStems) left = own;
        }

        return (Bag(left), Bag(right));
    }

    private TokenBag Bag(IReadOnlyList<(string Stem, int Count)> stems)
    {
        List<int> rows = new(stems.Count);
        List<float> weights = new(stems.Count);
        foreach (var (stem, count) in stems)
        {
            var (dropped, inPieces) = (random.NextDouble() < options.Dropout, random.NextDouble() < options.AsPieces);
            if (!dropped || stems.Count <= FewestStems) _tokenizer.AddRows(stem, count, inPieces, rows, weights);
        }

        return new TokenBag([.. rows], [.. weights]);
    }
}

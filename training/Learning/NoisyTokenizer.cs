using DrChaffee.Ingestion.Embedding;

namespace DrChaffee.Training.Learning;

/// <summary>The serving tokenizer with the noise of training: words are dropped, and some are read as their pieces.</summary>
internal sealed class NoisyTokenizer(EmbeddingVocabulary vocabulary, LearningOptions options, Random random)
{
    private readonly EmbeddingTokenizer _tokenizer = new(vocabulary);

    public TokenBag Tokenize(string text)
    {
        var stems = _tokenizer.Stems(text);
        List<int> rows = new(stems.Count);
        List<float> weights = new(stems.Count);
        foreach (var (stem, count) in stems)
        {
            var (dropped, inPieces) = (random.NextDouble() < options.Dropout, random.NextDouble() < options.AsPieces);
            if (!dropped || stems.Count <= 2) _tokenizer.AddRows(stem, count, inPieces, rows, weights);
        }

        return new TokenBag([.. rows], [.. weights]);
    }
}

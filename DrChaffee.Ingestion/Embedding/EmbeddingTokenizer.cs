namespace DrChaffee.Ingestion.Embedding;

/// <summary>Turns a text into weighted rows of the model; training and serving share it.</summary>
internal sealed class EmbeddingTokenizer(EmbeddingVocabulary vocabulary)
{
    /// <summary>Distinct stems that count: a passage has about 60, and far longer texts say no more by more stems.</summary>
    private const int MostStems = 512;

    private readonly Stemmer _stemmer = new();

    public EmbeddingVocabulary Vocabulary => vocabulary;

    /// <summary>How often each stem occurs, in the order of first occurrence.</summary>
    public IReadOnlyList<(string Stem, int Count)> Stems(string text)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (var word in WordReader.Read(text))
        {
            var stem = _stemmer.Stem(word);
            if (counts.TryGetValue(stem, out var count)) counts[stem] = count + 1;
            else if (counts.Count < MostStems) counts[stem] = 1;
        }

        return [.. counts.Select(c => (c.Key, c.Value))];
    }

    /// <summary>Rows and weights: the square root of the count for a known stem, shared among the pieces of an unknown one.</summary>
    /// <param name="asPieces">Reads even a known stem by its pieces, as training does now and then so that the pieces learn.</param>
    public void AddRows(string stem, int count, bool asPieces, List<int> rows, List<float> weights)
    {
        var weight = MathF.Sqrt(count);
        if (!asPieces && vocabulary.Row(stem) is { } row)
        {
            rows.Add(row);
            weights.Add(weight);
            return;
        }

        var pieces = vocabulary.Pieces(stem);
        rows.AddRange(pieces);
        weights.AddRange(Enumerable.Repeat(weight / MathF.Sqrt(pieces.Count), pieces.Count));
    }
}

/// <summary>Rows of the model and how much each counts, of equal length.</summary>
internal readonly record struct TokenBag(int[] Rows, float[] Weights);

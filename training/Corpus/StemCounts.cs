using DrChaffee.Ingestion.Embedding;

namespace DrChaffee.Training.Corpus;

/// <summary>Chooses the vocabulary: the stems that the most texts hold.</summary>
internal static class StemCounts
{
    /// <param name="least">Stems in fewer texts than this are left to their pieces.</param>
    public static (IReadOnlyList<KnownStem> Stems, float[] Idf) Choose(IReadOnlyList<TextPair> pairs, int most, int least)
    {
        var tokenizer = new EmbeddingTokenizer(new EmbeddingVocabulary([], 1));
        Dictionary<string, int> texts = new(StringComparer.Ordinal);
        foreach (var pair in pairs)
            foreach (var (stem, _) in tokenizer.Stems(pair.Right)) texts[stem] = texts.GetValueOrDefault(stem) + 1;

        var chosen = texts.Where(t => t.Value >= least).OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal).Take(most).ToArray();
        return ([.. chosen.Select(c => new KnownStem(c.Key, c.Value))], [.. chosen.Select(c => MathF.Log((float)pairs.Count / c.Value))]);
    }
}

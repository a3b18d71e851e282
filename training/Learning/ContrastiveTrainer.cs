using DrChaffee.Ingestion.Embedding;
using DrChaffee.Training.Corpus;

namespace DrChaffee.Training.Learning;

/// <summary>Learns a table from pairs.</summary>
internal sealed class ContrastiveTrainer(LearningOptions options, TextWriter log)
{
    /// <param name="kinds">Pairs by kind; a batch is of one kind throughout, and a kind with fewer pairs than a batch is left out.</param>
    public (EmbeddingVocabulary Vocabulary, IReadOnlyList<KnownStem> Stems, EmbeddingTable Table) Train(IReadOnlyList<IReadOnlyList<TextPair>> kinds)
    {
        var (stems, idf) = StemCounts.Choose([.. kinds.SelectMany(kind => kind)], options.Stems, options.LeastTexts);
        var vocabulary = new EmbeddingVocabulary(stems, options.Buckets);
        var table = new EmbeddingTable(vocabulary.Rows, options.Dimensions);
        var random = new Random(options.Seed);
        var rarest = idf.DefaultIfEmpty(1).Max();
        table.Initialise(random, row => (row < idf.Length ? idf[row] : rarest) / rarest);

        var tokenizer = new NoisyTokenizer(vocabulary, options, random);
        var batch = new ContrastiveBatch(table, options.Batch, options.Scale);
        var steps = options.Epochs * kinds.Sum(kind => kind.Count / options.Batch);
        var step = 0;
        log.WriteLine($"{string.Join(" + ", kinds.Select(kind => kind.Count))} pairs, {stems.Count} stems, {steps} steps of {options.Batch}");
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            foreach (var chosen in Batches(kinds, random))
            {
                var bags = Array.ConvertAll(chosen, tokenizer.Tokenize);
                var loss = batch.Run(Array.ConvertAll(bags, bag => bag.Left), Array.ConvertAll(bags, bag => bag.Right), Array.ConvertAll(chosen, pair => pair.Group));
                table.Step(options.Rate * Math.Min(1, (step + 1) / 50f) * (1 - 0.95f * step / steps));
                if (step++ % 50 == 0) log.WriteLine($"step {step - 1}: loss {loss:F3}");
            }
        }

        return (vocabulary, stems, table);
    }

    /// <summary>One epoch: every kind shuffled and cut into batches, and the batches of all kinds shuffled.</summary>
    private TextPair[][] Batches(IReadOnlyList<IReadOnlyList<TextPair>> kinds, Random random)
    {
        List<TextPair[]> batches = [];
        foreach (var kind in kinds)
        {
            TextPair[] pairs = [.. kind];
            random.Shuffle(pairs);
            batches.AddRange(pairs.Chunk(options.Batch).Where(chunk => chunk.Length == options.Batch));
        }

        var all = batches.ToArray();
        random.Shuffle(all);
        return all;
    }
}

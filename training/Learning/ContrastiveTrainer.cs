using DrChaffee.Ingestion.Embedding;
using DrChaffee.Training.Corpus;

namespace DrChaffee.Training.Learning;

/// <summary>Learns a table from pairs.</summary>
internal sealed class ContrastiveTrainer(LearningOptions options, TextWriter log)
{
    public (EmbeddingVocabulary Vocabulary, IReadOnlyList<string> Stems, EmbeddingTable Table) Train(IReadOnlyList<TextPair> pairs)
    {
        var (stems, idf) = StemCounts.Choose(pairs, options.Stems, options.LeastTexts);
        var vocabulary = new EmbeddingVocabulary(stems, options.Buckets);
        var table = new EmbeddingTable(vocabulary.Rows, options.Dimensions);
        var random = new Random(options.Seed);
        var rarest = idf.DefaultIfEmpty(1).Max();
        table.Initialise(random, row => (row < idf.Length ? idf[row] : rarest) / rarest);

        var tokenizer = new NoisyTokenizer(vocabulary, options, random);
        var batch = new ContrastiveBatch(table, Math.Min(options.Batch, pairs.Count), options.Scale);
        var size = Math.Min(options.Batch, pairs.Count);
        var steps = options.Epochs * (pairs.Count / size);
        log.WriteLine($"{pairs.Count} pairs, {stems.Count} stems, {steps} steps of {size}");
        for (var (step, epoch) = (0, 0); epoch < options.Epochs; epoch++)
        {
            var order = Enumerable.Range(0, pairs.Count).ToArray();
            random.Shuffle(order);
            for (var at = 0; at + size <= order.Length; at += size, step++)
            {
                var chosen = order.AsSpan(at, size).ToArray();
                var left = Array.ConvertAll(chosen, i => tokenizer.Tokenize(pairs[i].Left));
                var right = Array.ConvertAll(chosen, i => tokenizer.Tokenize(pairs[i].Right));
                var loss = batch.Run(left, right, Array.ConvertAll(chosen, i => pairs[i].Group));
                table.Step(options.Rate * Math.Min(1, (step + 1) / 50f) * (1 - 0.9f * step / steps));
                if (step % 100 == 0) log.WriteLine($"step {step}: loss {loss:F3}");
            }
        }

        return (vocabulary, stems, table);
    }
}

using System.Globalization;
using System.Numerics.Tensors;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Domain.Search.Words;
using DrChaffee.Ingestion.Embedding;
using Microsoft.Extensions.AI;

namespace DrChaffee.Training.Evaluation;

/// <summary>Scores BM25, the model, and both fused as search fuses them, by nDCG@10 (Järvelin and Kekäläinen, 2002).</summary>
internal static class RetrievalEvaluation
{
    private const int Depth = 10;

    public static async Task<string> RunAsync(BeirSet set, ShippedEmbedder embedder)
    {
        using var index = new WordsIndex();
        var stems = embedder.Tokenizer;
        for (var i = 0; i < set.Passages.Count; i++) index.Replace(i + 1, [new IndexedPassage(i + 1, 0, stems.Stems(set.Passages[i].Text))]);
        var vectors = await embedder.GenerateAsync(set.Passages.Select(p => p.Text));

        ScoredPassage[] all = [.. set.Passages.Select((_, i) => new ScoredPassage(i + 1, i + 1, 0))];
        double words = 0, meaning = 0, fused = 0;
        var judged = set.Questions.Where(q => set.Judgments.Contains(q.Id)).ToArray();
        foreach (var question in judged)
        {
            (string, float)[] asked = [.. stems.Stems(question.Text).Select(s => (s.Stem, MathF.Sqrt(s.Count)))];
            var bm25 = index.Score(asked, all);
            var vector = await embedder.GenerateVectorAsync(question.Text);
            Candidate[] candidates = [.. all.Select((passage, i) => new Candidate(passage.PassageId, passage.SourceId, 0, bm25[i], TensorPrimitives.Dot(vectors[i].Vector.Span, vector.Span)))];
            words += Ndcg(set, question.Id, WeightedFusion.Single(candidates, c => c.Words));
            meaning += Ndcg(set, question.Id, WeightedFusion.Single(candidates, c => c.Meaning!.Value));
            fused += Ndcg(set, question.Id, WeightedFusion.Fuse(candidates, index.Bound(asked), WeightedFusion.Weight(SearchTuning.Shipped.MeaningWeight, asked.Length)));
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"{set.Name,-10} {judged.Length,5} questions  words {words / judged.Length:F3}  meaning {meaning / judged.Length:F3}  fused {fused / judged.Length:F3}");
    }

    private static double Ndcg(BeirSet set, string question, IReadOnlyList<Candidate> ranked)
    {
        var grades = set.Judgments[question].ToDictionary(j => j.Passage, j => j.Grade);
        var gained = ranked.Take(Depth).Select((passage, rank) => grades.GetValueOrDefault(set.Passages[(int)passage.PassageId - 1].Id) / Math.Log2(rank + 2)).Sum();
        var ideal = grades.Values.OrderDescending().Take(Depth).Select((grade, rank) => grade / Math.Log2(rank + 2)).Sum();
        return ideal > 0 ? gained / ideal : 0;
    }
}

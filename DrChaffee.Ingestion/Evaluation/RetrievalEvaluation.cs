using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Evaluation;
using DrChaffee.Domain.Settings;

namespace DrChaffee.Ingestion.Evaluation;

/// <summary>Asks a judged collection's questions through the product's own search, each leg alone and both together.</summary>
public static class RetrievalEvaluation
{
    private const int Depth = 100;

    private static readonly (string Name, SearchMode Mode)[] Legs = [("keyword", SearchMode.Keyword), ("semantic", SearchMode.Semantic), ("hybrid", SearchMode.Hybrid)];

    /// <param name="progress">Told what is done, and how much of it, 0 to 1.</param>
    public static async Task<RetrievalReport> RunAsync(ChaffeeSettings settings, JudgedSet collection, IProgress<(string Doing, double Share)> progress, CancellationToken cancellationToken)
    {
        await using var scratch = await ScratchDatabase.CreateAsync(settings, cancellationToken);
        await scratch.Get<DocumentLoader>().LoadAsync(collection.Documents, cancellationToken);
        var search = scratch.Get<HybridSearch>();
        await search.CatchUpAsync(cancellationToken);
        var ids = collection.Documents.Select((document, i) => (Key: DocumentLoader.Key(i), document.Id)).ToDictionary(d => d.Key, d => d.Id, StringComparer.Ordinal);
        var questions = collection.Judged;
        Dictionary<string, LegScores> scores = [];
        foreach (var (name, mode) in Legs)
        {
            var step = new Step($"asking by {name}", progress);
            List<(IReadOnlyList<string>, IReadOnlyDictionary<string, int>)> answers = [];
            foreach (var (id, text) in questions)
            {
                var response = await search.FindAsync(new SearchRequest(text) { Mode = mode, Take = Depth, Literal = true }, cancellationToken);
                if (response.Legs.FirstOrDefault(leg => leg.State is LegState.Failed or LegState.Loading) is { } failed) throw new EvaluationException($"The search by {failed.Name} did not answer: {failed.Reason}.");
                answers.Add(([.. response.Results.Select(hit => ids[hit.SourceKey])], collection.Judgments[id]));
                step.Report((double)answers.Count / questions.Count);
            }

            scores[name] = LegScores.Mean(answers);
        }

        return new RetrievalReport(collection.Name, questions.Count, scores);
    }

    private sealed class Step(string doing, IProgress<(string Doing, double Share)> progress) : IProgress<double>
    {
        public void Report(double value) => progress.Report((doing, value));
    }
}

/// <summary>What an evaluation found, by leg.</summary>
public sealed record RetrievalReport(string Dataset, int Queries, IReadOnlyDictionary<string, LegScores> Legs);

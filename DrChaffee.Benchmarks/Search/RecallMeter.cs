using System.Diagnostics;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Search.Meaning;
using Npgsql;

namespace DrChaffee.Benchmarks.Search;

/// <summary>
/// The share of the exact nearest passages that the meaning leg finds too. One as near as the last of the exact ones counts as found, since the order of equals is chance;
/// what lies below the least similarity that the leg admits is not asked of it.
/// </summary>
internal sealed class RecallMeter(ExactScan scan, MeaningLeg leg, NearestVectors database, QuestionEmbedder questions, FilterResolver filters, NpgsqlDataSource dataSource)
{
    private const float Rounding = 1e-3f;

    public async Task<double> OpenAsync(IReadOnlyList<Question> questions, int depth) =>
        Mean(await Task.WhenAll(questions.Select(question => OneAsync(question, PassageFilter.None, null, depth))));

    /// <summary>Of the database's own index, which the leg uses where there are no sketches; and how long it takes.</summary>
    public async Task<(double Recall, Latency Times)> DatabaseAsync(IReadOnlyList<Question> asked, int depth)
    {
        List<double?> recalls = [];
        var times = new Latency();
        foreach (var question in asked)
        {
            var embedded = await questions.EmbedAsync(question.Text, CancellationToken.None);
            var started = Stopwatch.GetTimestamp();
            var found = await database.FindAsync(embedded, PassageFilter.None, SearchTuning.Shipped.Candidates, CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(started));
            recalls.Add(Recall(scan.Nearest(embedded.Components, depth), found, depth));
        }

        return (Mean(recalls), times);
    }

    /// <summary>How long the database takes to compare every vector, as it does without an index.</summary>
    public async Task<Latency> DatabaseScanAsync(IReadOnlyList<Question> asked, int depth)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var set = new NpgsqlCommand("SET LOCAL enable_indexscan = off", connection)) await set.ExecuteNonQueryAsync();
        var times = new Latency();
        foreach (var question in asked)
        {
            var embedded = await questions.EmbedAsync(question.Text, CancellationToken.None);
            await using var command = new NpgsqlCommand(NearestVectors.Statement(embedded.Model, PassageFilter.None, depth), connection) { CommandTimeout = 0 };
            NearestVectors.Bind(command, embedded, PassageFilter.None);
            var started = Stopwatch.GetTimestamp();
            await using (var reader = await command.ExecuteReaderAsync())
                while (await reader.ReadAsync()) { }
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        return times;
    }

    /// <summary>By kind of filter.</summary>
    public async Task<IReadOnlyDictionary<string, double>> NarrowedAsync(IReadOnlyList<Question> questions, int depth)
    {
        Dictionary<string, List<double?>> found = [];
        foreach (var question in questions)
        {
            foreach (var (kind, narrowed) in question.Narrowed)
            {
                var filter = await filters.ResolveAsync(narrowed, CancellationToken.None);
                if (!found.TryGetValue(kind, out var recalls)) found[kind] = recalls = [];
                recalls.Add(await OneAsync(question, filter, place => filter.Allows(place), depth));
            }
        }

        return found.ToDictionary(f => f.Key, f => Mean(f.Value));
    }

    private async Task<double?> OneAsync(Question question, PassageFilter filter, Func<PassagePlace, bool>? passes, int depth)
    {
        var vector = (await questions.EmbedAsync(question.Text, CancellationToken.None)).Components;
        var found = (await leg.FindAsync(await leg.EmbedAsync(question.Text, CancellationToken.None), filter, SearchTuning.Shipped.Candidates, others: null, CancellationToken.None)).Candidates;
        return Recall(scan.Nearest(vector, depth, passes), found, depth);
    }

    private static double? Recall(IReadOnlyList<(PassagePlace Place, float Cosine)> nearest, IReadOnlyList<ScoredPassage> found, int depth)
    {
        var exact = nearest.TakeWhile(near => near.Cosine >= MeaningLeg.LeastSimilarity + Rounding).ToArray();
        return exact.Length == 0 ? null : Math.Min(1, found.Take(depth).Count(candidate => candidate.Score >= exact[^1].Cosine - Rounding) / (double)exact.Length);
    }

    private static double Mean(IEnumerable<double?> recalls) => Math.Round(recalls.OfType<double>().DefaultIfEmpty(1).Average(), 4);
}

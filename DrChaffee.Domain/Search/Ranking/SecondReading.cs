using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;

namespace DrChaffee.Domain.Search.Ranking;

/// <summary>Orders the best candidates anew by what a reranker says of them and what they scored before, by weight; those after them keep their places.</summary>
internal sealed class SecondReading(LibraryReader library, IReranker? reranker)
{
    /// <summary>How many are read: each costs milliseconds.</summary>
    public const int Depth = 30;

    /// <param name="weight">The share of the reranker's judgment, 0 to 1.</param>
    /// <param name="ranked">Best first.</param>
    public async Task<IReadOnlyList<Candidate>> ApplyAsync(IReadOnlyList<Candidate> ranked, string question, float weight, CancellationToken cancellationToken)
    {
        if (reranker is not { IsSet: true } || weight <= 0 || ranked.Count < 2) return ranked;
        var texts = await TextsAsync([.. ranked.Take(Depth).Select(c => c.PassageId)], cancellationToken);
        Candidate[] zone = [.. ranked.Take(Depth).TakeWhile(c => texts.ContainsKey(c.PassageId))]; // one deleted meanwhile ends it
        if (zone.Length < 2 || await reranker.ScoreAsync(question, [.. zone.Select(c => texts[c.PassageId])], cancellationToken) is not { } scores) return ranked;

        var (before, read) = (Spread([.. zone.Select(c => c.Score)]), Spread(scores));
        var (least, most) = (zone[^1].Score, zone[0].Score);
        return WeightedFusion.Ordered(zone.Select((c, i) => c with { Score = least + (most - least) * ((1 - weight) * before[i] + weight * read[i]) }).Concat(ranked.Skip(zone.Length)));
    }

    private async Task<Dictionary<long, string>> TextsAsync(long[] passages, CancellationToken cancellationToken)
    {
        await using var command = library.CreateCommand("SELECT p.id, s.title || E'\\n' || p.text FROM passages p JOIN sources s ON s.id = p.source_id WHERE p.id = ANY($1)");
        command.Parameters.Add(RowNumbers.Parameter(passages));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<long, string> texts = new(passages.Length);
        while (await reader.ReadAsync(cancellationToken)) texts[reader.GetInt64(0)] = reader.GetString(1);
        return texts;
    }

    /// <summary>From 0 for the least to 1 for the most.</summary>
    private static float[] Spread(IReadOnlyList<float> scores)
    {
        var (least, most) = (scores.Min(), scores.Max());
        return [.. scores.Select(score => (score - least) / Math.Max(most - least, 1e-6f))];
    }
}

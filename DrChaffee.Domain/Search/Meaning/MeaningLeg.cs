using DrChaffee.Domain.Search.Words;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Domain.Search.Meaning;

/// <summary>Finds passages by what they mean: nearest vectors of the active model.</summary>
internal sealed partial class MeaningLeg(QuestionEmbedder questions, NpgsqlDataSource dataSource, TimeProvider time, ILogger<MeaningLeg> logger)
{
    /// <summary>
    /// Below this cosine a neighbour is chance: questions that the sample talks do not answer mostly stay below with the shipped model, answers reach 0.25 to 0.5.
    /// Larger models put even unrelated texts above it, and lose nothing by it.
    /// </summary>
    private const float LeastSimilarity = 0.15f;

    /// <summary>Never throws but for cancellation: a leg that fails says so, and the other leg answers.</summary>
    public async Task<LegResult> FindAsync(string question, PassageFilter filter, int take, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var embedded = await questions.EmbedAsync(question, cancellationToken);
            var nearest = await NearestAsync(embedded, filter, take, cancellationToken);
            return new LegResult(new LegReport(LegReport.Meaning, LegState.Ok, time.GetElapsedTime(started).TotalMilliseconds, nearest.Count), nearest) { Question = embedded };
        }
        catch (MeaningUnavailableException ex)
        {
            return LegResult.Without(LegReport.Meaning, ex.State, ex.Message);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            LogFailed(ex);
            return LegResult.Without(LegReport.Meaning, LegState.Failed, "the search by meaning failed");
        }
    }

    /// <summary>Cosine similarities of given passages with the question, by passage; those without a vector are absent.</summary>
    public async Task<IReadOnlyDictionary<long, float>> ScoreAsync(EmbeddedQuestion question, IReadOnlyCollection<long> passages, CancellationToken cancellationToken)
    {
        if (passages.Count == 0) return new Dictionary<long, float>();
        var model = question.Model;
        await using var command = dataSource.CreateCommand(
            $"SELECT passage_id, 1 - (embedding::halfvec({model.Dimensions}) <=> $1) FROM passage_embeddings WHERE model_id = {model.Id} AND passage_id = ANY($2)");
        command.Parameters.AddWithValue(question.Vector);
        command.Parameters.AddWithValue(passages.ToArray());

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<long, float> scores = [];
        while (await reader.ReadAsync(cancellationToken)) scores[reader.GetInt64(0)] = (float)reader.GetDouble(1);
        return scores;
    }

    private async Task<IReadOnlyList<ScoredPassage>> NearestAsync(EmbeddedQuestion question, PassageFilter filter, int take, CancellationToken cancellationToken)
    {
        var model = question.Model;

        // The dimension and the model stand in the text, so that the model's own partial index serves the ordering.
        var distance = $"e.embedding::halfvec({model.Dimensions}) <=> $1";
        await using var command = dataSource.CreateCommand($"""
            SELECT e.passage_id, p.source_id, 1 - ({distance})
            FROM passage_embeddings e JOIN passages p ON p.id = e.passage_id
            WHERE e.model_id = {model.Id}
            {(filter.Sources is null ? "" : "AND p.source_id = ANY($3)")}
            {(filter.Speakers is null ? "" : $"AND p.speaker_id = ANY(${(filter.Sources is null ? 3 : 4)})")}
            ORDER BY {distance} LIMIT $2
            """);
        command.Parameters.AddWithValue(question.Vector);
        command.Parameters.AddWithValue(take);
        if (filter.Sources is not null) command.Parameters.AddWithValue(filter.Sources.ToArray());
        if (filter.Speakers is not null) command.Parameters.AddWithValue(filter.Speakers.ToArray());

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<ScoredPassage> nearest = [];
        while (await reader.ReadAsync(cancellationToken) && reader.GetDouble(2) >= LeastSimilarity)
            nearest.Add(new ScoredPassage(reader.GetInt64(0), reader.GetInt64(1), (float)reader.GetDouble(2)));
        return nearest;
    }

    [LoggerMessage(LogLevel.Error, "The search by meaning failed.")]
    private partial void LogFailed(Exception exception);
}

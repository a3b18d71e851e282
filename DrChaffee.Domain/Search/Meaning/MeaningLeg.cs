using System.Globalization;
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

    /// <summary>The recording is read with the passage's place, not here: a join would double the time of the search.</summary>
    private const long Unknown = 0;

    /// <summary>Never throws but for cancellation: a leg that fails says so, and the other leg answers.</summary>
    public async Task<LegResult> FindAsync(string question, PassageFilter filter, int take, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var embedded = await questions.EmbedAsync(question, cancellationToken);
            var nearest = await NearestAsync(embedded, filter, take, cancellationToken);
            var report = new LegReport(LegReport.Meaning, LegState.Ok, time.GetElapsedTime(started).TotalMilliseconds, nearest.Count, Missing(embedded.Model.Coverage));
            return new LegResult(report, nearest) { Question = embedded };
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

    /// <summary>Null where no passage lacks a vector.</summary>
    private static string? Missing(double coverage) =>
        coverage < 1 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(coverage * 100):0} % of the passages are embedded; the rest is found by words") : null;

    private async Task<IReadOnlyList<ScoredPassage>> NearestAsync(EmbeddedQuestion question, PassageFilter filter, int take, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(MeaningStatement.Text(question.Model, filter, take));
        MeaningStatement.Bind(command, question, filter);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<ScoredPassage> nearest = [];
        while (await reader.ReadAsync(cancellationToken) && reader.GetDouble(1) >= LeastSimilarity)
            if (filter.Excluded?.Contains(reader.GetInt64(0)) != true && nearest.Count < take) nearest.Add(new ScoredPassage(reader.GetInt64(0), Unknown, (float)reader.GetDouble(1)));
        return nearest;
    }

    [LoggerMessage(LogLevel.Error, "The search by meaning failed.")]
    private partial void LogFailed(Exception exception);
}

using System.Globalization;
using DrChaffee.Domain.Search.Index;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Domain.Search.Meaning;

/// <summary>
/// Finds passages by what they mean: the nearest vectors of the active model. The likeliest are chosen by the sketches in memory and compared exactly in the database;
/// where there are no sketches, the database's own index chooses.
/// </summary>
internal sealed partial class MeaningLeg(
    QuestionEmbedder questions, LibraryIndexFollower follower, VectorScores scores, NearestVectors database, TimeProvider time, ILogger<MeaningLeg> logger)
{
    /// <summary>
    /// Below this cosine a neighbour is chance: questions that the sample talks do not answer mostly stay below with the shipped model, answers reach 0.25 to 0.5.
    /// Larger models put even unrelated texts above it, and lose nothing by it.
    /// </summary>
    public const float LeastSimilarity = 0.15f;

    /// <summary>Of the other leg's passages, best first: those behind would need a nearness that the meaning leg would have found them by.</summary>
    private const int MostOthers = 50;

    /// <summary>Passages that are compared exactly for each that is wanted: the nearest twenty of a real library are among the best 200 sketches 99 times of 100.</summary>
    private const int Oversampling = 2;

    /// <summary>Never throws but for cancellation: a leg that fails says so, and the other leg answers.</summary>
    /// <param name="others">Passages that the other leg found, to be compared too.</param>
    public async Task<LegResult> FindAsync(string question, PassageFilter filter, int take, Func<Task<IReadOnlyList<ScoredPassage>>>? others, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var embedded = await questions.EmbedAsync(question, cancellationToken);
            var found = await FindAsync(embedded, filter, take, others, cancellationToken);
            var report = new LegReport(LegReport.Meaning, LegState.Ok, time.GetElapsedTime(started).TotalMilliseconds, found.Candidates.Count, Missing(embedded.Model.Coverage));
            return found with { Report = report };
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

    private async Task<LegResult> FindAsync(EmbeddedQuestion question, PassageFilter filter, int take, Func<Task<IReadOnlyList<ScoredPassage>>>? others, CancellationToken cancellationToken)
    {
        var likely = follower.Index?.Nearest(question.Model.Id, HalfVectors.ToSingle(question.Vector), filter, Oversampling * take);
        var nearest = likely ?? await database.FindAsync(question, filter, take, cancellationToken);
        var also = others is null ? [] : (await others()).Take(MostOthers);
        var known = likely is null ? nearest.ToDictionary(passage => passage.PassageId, passage => passage.Score) : [];
        var cosines = await scores.ReadAsync(question, [.. also.Concat(nearest).Select(passage => passage.PassageId).Distinct().Where(id => !known.ContainsKey(id))], cancellationToken);
        foreach (var (passage, cosine) in cosines) known[passage] = cosine;

        var candidates = nearest.Where(passage => known.GetValueOrDefault(passage.PassageId) >= LeastSimilarity)
            .Select(passage => passage with { Score = known[passage.PassageId] }).OrderByDescending(passage => passage.Score).Take(take);
        return new LegResult(new LegReport(LegReport.Meaning, LegState.Ok, 0, 0), [.. candidates]) { Cosines = known };
    }

    [LoggerMessage(LogLevel.Error, "The search by meaning failed.")]
    private partial void LogFailed(Exception exception);
}

using System.Globalization;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Telemetry;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Domain.Search.Meaning;

/// <summary>
/// Finds passages by what they mean: the nearest vectors of the active model. Sketches in memory choose, and the likeliest are compared exactly in the database;
/// where there are no sketches, the database's own index chooses.
/// </summary>
internal sealed partial class MeaningLeg(
    QuestionEmbedder questions, LibraryIndexFollower follower, VectorScores scores, NearestVectors database, LibraryReader library, TimeProvider time, ILogger<MeaningLeg> logger)
{
    /// <summary>
    /// Below this cosine a neighbour is chance: questions that the sample talks do not answer mostly stay below with the shipped model, answers reach 0.25 to 0.5.
    /// Larger models put even unrelated texts above it, and lose nothing by it.
    /// </summary>
    public const float LeastSimilarity = 0.15f;

    /// <summary>Never throws but for cancellation: a question that cannot be embedded says why.</summary>
    public async Task<AskedQuestion> EmbedAsync(string question, CancellationToken cancellationToken)
    {
        using var span = DomainMeter.Spans.StartActivity("embed question");
        var started = time.GetTimestamp();
        try
        {
            return new AskedQuestion(await questions.EmbedAsync(question, cancellationToken), null, time.GetElapsedTime(started));
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            return new AskedQuestion(null, Missed(ex), time.GetElapsedTime(started));
        }
    }

    /// <summary>Never throws but for cancellation, and where another server may be asked: a leg that fails says so, and the other leg answers.</summary>
    /// <param name="others">Passages that the other leg found, to be compared too.</param>
    public async Task<LegResult> FindAsync(AskedQuestion question, PassageFilter filter, int take, Func<Task<IReadOnlyList<ScoredPassage>>>? others, CancellationToken cancellationToken)
    {
        if (question.Embedded is not { } embedded) return question.Missed!;
        using var span = DomainMeter.Spans.StartActivity("search meaning");
        var started = time.GetTimestamp();
        try
        {
            var found = await FindAsync(embedded, filter, take, others, cancellationToken);
            var report = new LegReport(LegReport.Meaning, LegState.Ok, (question.Took + time.GetElapsedTime(started)).TotalMilliseconds, found.Candidates.Count, Missing(embedded.Model.Coverage));
            return found with { Report = report };
        }
        catch (Exception ex) when (ex is not OperationCanceledException && !library.MayAskAgain(ex))
        {
            return Missed(ex);
        }
    }

    private LegResult Missed(Exception fault)
    {
        if (fault is MeaningUnavailableException expected) return LegResult.Without(LegReport.Meaning, expected.State, expected.Message);
        LogFailed(fault);
        return LegResult.Without(LegReport.Meaning, LegState.Failed, "the search by meaning failed");
    }

    /// <summary>Null where no passage lacks a vector.</summary>
    private static string? Missing(double coverage) =>
        coverage < 1 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(coverage * 100):0} % of the passages are embedded; the rest is found by words") : null;

    private async Task<LegResult> FindAsync(EmbeddedQuestion question, PassageFilter filter, int take, Func<Task<IReadOnlyList<ScoredPassage>>>? others, CancellationToken cancellationToken)
    {
        if (follower.Index is not { } index || index.Nearest(question.Model.Id, question.Components, filter, take) is not { } likely)
            return await FindInDatabaseAsync(question, filter, take, others, cancellationToken);

        var choice = MeaningChoice.Make(index, question, likely, others is null ? [] : await others());
        var exact = await scores.ReadAsync(question, choice.Exactly, cancellationToken);
        foreach (var passage in choice.Exactly)
            if (!exact.ContainsKey(passage)) choice.Cosines.Remove(passage); // deleted, or embedded anew, since it was sketched
        return Result(choice.Nearest, choice.Cosines, exact, VectorScores.Statement(question.Model));
    }

    private async Task<LegResult> FindInDatabaseAsync(
        EmbeddedQuestion question, PassageFilter filter, int take, Func<Task<IReadOnlyList<ScoredPassage>>>? others, CancellationToken cancellationToken)
    {
        var nearest = await database.FindAsync(question, filter, take, cancellationToken);
        var cosines = nearest.ToDictionary(passage => passage.PassageId, passage => passage.Score);
        var more = others is null ? [] : (await others()).Select(passage => passage.PassageId).Where(id => !cosines.ContainsKey(id));
        return Result(nearest, cosines, await scores.ReadAsync(question, [.. more], cancellationToken), NearestVectors.Statement(question.Model, filter, take));
    }

    private static LegResult Result(IReadOnlyList<ScoredPassage> nearest, Dictionary<long, float> cosines, IReadOnlyDictionary<long, float> exact, string statement)
    {
        foreach (var (passage, cosine) in exact) cosines[passage] = cosine;
        var candidates = nearest.Where(passage => cosines.GetValueOrDefault(passage.PassageId) >= LeastSimilarity)
            .Select(passage => passage with { Score = cosines[passage.PassageId] }).OrderByDescending(passage => passage.Score);
        return new LegResult(new LegReport(LegReport.Meaning, LegState.Ok, 0, 0), [.. candidates]) { Cosines = cosines, Statement = statement };
    }

    [LoggerMessage(LogLevel.Error, "The search by meaning failed.")]
    private partial void LogFailed(Exception exception);
}

using System.Text.RegularExpressions;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Search.Query;
using DrChaffee.Domain.Search.Words;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>Lets PostgreSQL run and explain the statement that the meaning leg runs for a question, on a connection like the leg's own.</summary>
public sealed partial class MeaningPlan
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FilterResolver _filters;
    private readonly PhraseFilter _phrases;
    private readonly Spelling _spelling;
    private readonly QuestionEmbedder _questions;
    private readonly WordsLeg _words;
    private readonly LibraryIndexFollower _follower;
    private readonly NpgsqlDataSource _dataSource;
    private readonly ILogger<MeaningPlan> _logger;

    internal MeaningPlan(
        FilterResolver filters, PhraseFilter phrases, Spelling spelling, QuestionEmbedder questions, WordsLeg words, LibraryIndexFollower follower, NpgsqlDataSource dataSource,
        ILogger<MeaningPlan> logger) =>
        (_filters, _phrases, _spelling, _questions, _words, _follower, _dataSource, _logger) = (filters, phrases, spelling, questions, words, follower, dataSource, logger);

    /// <summary>What stands in the way of a plan is its reason, not a fault of the page that asks.</summary>
    public async Task<StatementPlan> ExplainAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAndExplainAsync(request, cancellationToken);
        }
        catch (MeaningUnavailableException ex)
        {
            return StatementPlan.Without($"The meaning leg does not ask: {ex.Message}.");
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.QueryCanceled && !cancellationToken.IsCancellationRequested)
        {
            return StatementPlan.Without($"The statement was stopped after {Patience.TotalSeconds:0} seconds.");
        }
        catch (Exception ex) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(ex);
            return StatementPlan.Without(ex is NpgsqlException or { InnerException: NpgsqlException }
                ? "The database did not explain it; try again in a moment."
                : "The statement could not be made; the log says why.");
        }
    }

    private async Task<StatementPlan> ReadAndExplainAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        var written = SearchQuery.Parse(request.Query.Trim());
        var filter = await _phrases.NarrowAsync(await _filters.ResolveAsync(request.Filter, written.Filter, cancellationToken), written, cancellationToken);
        if (filter.AllowsNothing) return StatementPlan.Without("No passage passes the filters, so the meaning leg does not ask.");
        var asked = await _spelling.CorrectAsync(written.Text, cancellationToken);
        if (asked.Words.Lexemes.Count == 0 && filter.Passages is null) return StatementPlan.Without("The question holds no word that can be looked up, so the meaning leg does not ask.");
        var question = await _questions.EmbedAsync(asked.Text, cancellationToken);
        var (sql, bind) = Statement(question, asked.Words, filter, request.Tuning.Candidates);
        return new StatementPlan(sql, await ExplainAsync(sql, bind, cancellationToken), null);
    }

    /// <summary>As the leg asks: where the sketches choose, an exact comparison of what they and the words leg chose; otherwise a search by the database's own index.</summary>
    private (string Sql, Action<NpgsqlCommand> Bind) Statement(EmbeddedQuestion question, QueryWords query, PassageFilter filter, int take)
    {
        if (_follower.Index is not { } index || index.Nearest(question.Model.Id, question.Components, filter, take) is not { } likely)
            return (NearestVectors.Statement(question.Model, filter, take), command => NearestVectors.Bind(command, question, filter));
        var choice = MeaningChoice.Make(index, question, likely, _words.Find(query, filter, take).Candidates);
        return (VectorScores.Statement(question.Model), command => VectorScores.Bind(command, question, choice.Exactly));
    }

    private async Task<string> ExplainAsync(string sql, Action<NpgsqlCommand> bind, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var limits = new NpgsqlCommand($"SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = {(int)Patience.TotalMilliseconds}", connection, transaction))
            await limits.ExecuteNonQueryAsync(cancellationToken);

        await using var explain = new NpgsqlCommand($"EXPLAIN (ANALYZE, BUFFERS, FORMAT TEXT) {sql}", connection, transaction);
        bind(explain);
        await using var reader = await explain.ExecuteReaderAsync(cancellationToken);
        List<string> lines = [];
        while (await reader.ReadAsync(cancellationToken)) lines.Add(Shortened(reader.GetString(0)));
        return string.Join('\n', lines);
    }

    /// <summary>A plan repeats the question's vector, hundreds of numbers, and every row number of a filter.</summary>
    private static string Shortened(string line) => LongLiteral().Replace(line, "'…'");

    [LoggerMessage(LogLevel.Error, "The meaning leg's statement could not be explained.")]
    private partial void LogFailed(Exception exception);

    [GeneratedRegex(@"'[\[{][^'\]}]{60,}[\]}]'", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LongLiteral();
}

/// <summary>A statement and how PostgreSQL ran it; or why there is none, in a sentence.</summary>
public sealed record StatementPlan(string? Sql, string? Plan, string? Reason)
{
    internal static StatementPlan Without(string reason) => new(null, null, reason);
}

using System.ComponentModel;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Search.Lab;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DrChaffee.Web.Features.Lab;

/// <summary>Judgments of results, for programs.</summary>
internal static class JudgmentsApi
{
    public const string ExportPath = "/api/admin/lab/export";

    public static void MapJudgmentsApi(this IEndpointRouteBuilder routes)
    {
        var lab = routes.MapGroup("/api/admin/lab").WithTags("Search lab").RequireAuthorization(Rights.Correct);
        lab.MapGet("/queries", QueriesAsync).WithName("JudgedQueries").WithSummary("List the judged queries.");
        lab.MapDelete("/queries", DeleteQueryAsync).WithName("DeleteJudgedQuery").WithSummary("Forget all judgments of a query.");
        lab.MapGet("/judgments", ListAsync).WithName("Judgments").WithSummary("List the judgments of a query.");
        lab.MapPut("/judgments", SaveAsync).WithName("Judge").WithSummary("Save how well a passage answers a query.");
        lab.MapDelete("/judgments", DeleteAsync).WithName("DeleteJudgment").WithSummary("Forget one judgment.");
        routes.MapGet(ExportPath, Export).WithTags("Search lab").RequireAuthorization(Rights.Correct).WithName("ExportJudgments")
            .WithSummary("The judgments and every passage as a collection in BEIR's form, for drchaffee eval retrieval.").Produces(StatusCodes.Status200OK, contentType: "application/zip");
    }

    private static async Task<Ok<Page<JudgedQuery>>> QueriesAsync(JudgmentReader judgments, CancellationToken cancellationToken) =>
        TypedResults.Ok(Whole(await judgments.QueriesAsync(cancellationToken)));

    private static async Task<Results<Ok<Page<Judgment>>, ProblemHttpResult>> ListAsync([FromQuery(Name = "q"), Description("The query.")] string? query, JudgmentReader judgments, CancellationToken cancellationToken) =>
        Fault(query, out var asked) is { } fault ? Problems.BadParameter(fault) : TypedResults.Ok(Whole(await judgments.ListAsync(asked, cancellationToken)));

    private static async Task<Results<NoContent, ProblemHttpResult>> SaveAsync(Given given, JudgmentBook book, CancellationToken cancellationToken)
    {
        if (Fault(given.Query, out var query, "query") is { } fault) return Problems.BadParameter(fault);
        if (given.Grade is not (>= 0 and <= 2)) return Problems.BadParameter("grade is missing or none; write 2 for relevant, 1 for partly, 0 for not.");
        if (given.SourceKey is not { Length: > 0 } key || given.Start is not (>= 0 and < 1e9)) return Problems.BadParameter("source_key or start is missing; write the recording's key and a second of it.");
        return await AllowedAsync(async () => await book.SaveAsync(query, key, given.Start.Value, given.Grade.Value, cancellationToken) ? TypedResults.NoContent() : Nothing(key, given.Start.Value));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        [FromQuery(Name = "q"), Description("The query.")] string? query, [FromQuery, Description("The recording's key.")] string? source, [FromQuery, Description("A second of the judged passage.")] string? start,
        JudgmentBook book, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var (key, second) = (reader.Text("source", source), reader.Amount("start", start, 0, 1_000_000_000));
        if ((Fault(query, out var asked) ?? reader.Fault) is { } fault) return Problems.BadParameter(fault);
        if (key is null || second is null) return Problems.BadParameter("source or start is missing; write the recording's key and a second of it.");
        return await AllowedAsync(async () => await book.DeleteAsync(asked, key, (double)second, cancellationToken) ? TypedResults.NoContent() : Nothing(key, (double)second));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteQueryAsync([FromQuery(Name = "q"), Description("The query.")] string? query, JudgmentBook book, CancellationToken cancellationToken)
    {
        if (Fault(query, out var asked) is { } fault) return Problems.BadParameter(fault);
        return await AllowedAsync(async () => await book.DeleteQueryAsync(asked, cancellationToken) > 0 ? TypedResults.NoContent() : Problems.NotFound("That query was not judged."));
    }

    private static PushStreamHttpResult Export(HttpContext context, JudgmentExport export, CancellationToken cancellationToken)
    {
        // The framework's archive ends each entry with a few bytes that it can only write so.
        if (context.Features.Get<IHttpBodyControlFeature>() is { } body) body.AllowSynchronousIO = true;
        return TypedResults.Stream(output => export.WriteAsync(output, cancellationToken), "application/zip", "judgments.zip");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> AllowedAsync(Func<Task<Results<NoContent, ProblemHttpResult>>> change)
    {
        try
        {
            return await change();
        }
        catch (JudgmentsRefusedException ex)
        {
            return Problems.Refused(ex.Message);
        }
    }

    private static string? Fault(string? given, out string query, string name = "q")
    {
        var reader = new ParameterReader();
        query = reader.Text(name, given) ?? "";
        return reader.Fault ?? (query.Length > 0 ? null : $"{name} is missing; write the query.");
    }

    private static ProblemHttpResult Nothing(string key, double second) => Problems.NotFound(FormattableString.Invariant($"No passage of {key} is judged or spoken at second {second}."));

    private static Page<T> Whole<T>(IReadOnlyList<T> items) => new(items.Count, items);

    /// <param name="Start">A second of the passage.</param>
    /// <param name="Grade">2 relevant, 1 partly, 0 not.</param>
    internal sealed record Given(string? Query, string? SourceKey, double? Start, int? Grade);
}

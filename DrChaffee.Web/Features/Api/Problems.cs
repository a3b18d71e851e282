using DrChaffee.Domain.Search;
using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace DrChaffee.Web.Features.Api;

/// <summary>Answers that say what went wrong, by RFC 9457: one plain sentence, never the text of an exception.</summary>
internal static class Problems
{
    public const string Unreadable = "The request's body or parameters do not have the form that this address takes.";

    public static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            context.ProblemDetails.Instance = context.HttpContext.Request.Path;
            if (context.ProblemDetails.Status == StatusCodes.Status400BadRequest) context.ProblemDetails.Detail ??= Unreadable;
            context.ProblemDetails.Extensions.Remove("exception");
            context.ProblemDetails.Extensions.Remove("traceId"); // the framework's own, which is not named as everything else here
            context.ProblemDetails.Extensions["trace_id"] = Activity.Current?.Id ?? context.HttpContext.TraceIdentifier;
        });
        services.AddExceptionHandler<ProblemExceptionHandler>();
    }

    public static ProblemHttpResult BadParameter(string sentence) =>
        TypedResults.Problem(sentence, statusCode: StatusCodes.Status400BadRequest, title: "A parameter cannot be used");

    public static ProblemHttpResult NoSuchSource(string key) =>
        NotFound($"No recording has the key {key}.");

    public static ProblemHttpResult NotFound(string sentence) =>
        TypedResults.Problem(sentence, statusCode: StatusCodes.Status404NotFound, title: "Not found");

    public static ProblemHttpResult Refused(string sentence) =>
        TypedResults.Problem(sentence, statusCode: StatusCodes.Status409Conflict, title: "Refused");
}

/// <summary>What nobody expected, told to a program without its details; pages have their own error page.</summary>
internal sealed class ProblemExceptionHandler(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // By now the request's own path is that of the error page.
        var asked = httpContext.Features.Get<IExceptionHandlerPathFeature>()?.Path;
        if (!ApiPaths.IsApi(asked)) return false;
        httpContext.Request.Path = asked;
        var (status, title, detail) = Describe(exception);
        httpContext.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable) httpContext.Response.Headers.RetryAfter = "1";
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = { Status = status, Title = title, Detail = detail } });
    }

    private static readonly (int Status, string Title, string Detail) OwnFault =
        (StatusCodes.Status500InternalServerError, "A fault of this program", "Something went wrong here; it stands in the log under this trace id.");

    private static readonly (int Status, string Title, string Detail) Away =
        (StatusCodes.Status503ServiceUnavailable, "The database does not answer", "The database does not answer; try again in a moment.");

    /// <summary>True unless the server answered and refused the statement itself (classes 08, 28, 3D, 53 and 57 of SQLSTATE are about the connection).</summary>
    private static bool IsAway(NpgsqlException exception) =>
        exception is not PostgresException { SqlState: [var first, var second, ..] } || $"{first}{second}" is "08" or "28" or "3D" or "53" or "57";

    private static (int Status, string Title, string Detail) Describe(Exception exception) => exception switch
    {
        BadHttpRequestException bad => (bad.StatusCode, "The request cannot be read", Problems.Unreadable),
        SearchBusyException busy => (StatusCodes.Status503ServiceUnavailable, "Too busy", busy.Message),
        NpgsqlException database when IsAway(database) => Away,
        { InnerException: NpgsqlException database } when IsAway(database) => Away,
        _ => OwnFault,
    };
}

using System.ComponentModel;
using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Library;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Audit;

/// <summary>The audit log, for programs.</summary>
internal static class AuditApi
{
    public static void MapAuditApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/admin/audit", ListAsync).WithTags("Operations").RequireAuthorization(Rights.Steer).WithName("AuditLog")
            .WithSummary("List who did what, the latest first.").ProducesProblem(StatusCodes.Status400BadRequest);

    private static async Task<Results<Ok<Page<AuditRecord>>, ProblemHttpResult>> ListAsync(
        [Description("An account's name.")] string? who, [Description("Such as sign_in or add_channel.")] string? action, string? take, string? skip, AuditLog audit, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var (person, act, most, from) = (reader.Text("who", who), reader.Text("action", action), reader.Number("take", take, 50, 1, 500), reader.Number("skip", skip, 0, 0, int.MaxValue));
        return reader.Fault is { } fault ? Problems.BadParameter(fault) : TypedResults.Ok(await audit.ListAsync(person, act, most, from, cancellationToken));
    }
}

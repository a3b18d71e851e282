using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Models;

/// <summary>What the page of the models does, for programs.</summary>
internal static class ModelsApi
{
    public static void MapModelsApi(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/api/admin/models").WithTags("Operations").RequireAuthorization(Rights.Steer);
        models.MapGet("/", ListAsync).WithName("Models").WithSummary("List the models, and how it stands with each.").ProducesProblem(StatusCodes.Status409Conflict);
        models.MapPost("/use", UseAsync).WithName("UseModel").WithSummary("Embed the library with another model, which takes over when every passage has its vector.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        models.MapPost("/fetch", FetchAsync).WithName("FetchModel").WithSummary("Fetch a model's files in the background; the list says how far it is, and why it failed.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        models.MapPost("/rollback", RollBackAsync).WithName("RollBackModel").WithSummary("Return to the model before the active one.").ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static Task<Results<Ok<ModelList>, ProblemHttpResult>> ListAsync(ModelOverview overview, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var models = await overview.ListAsync(cancellationToken);
        return new ModelList(models.Count, models);
    });

    private static Task<Results<Ok<Decision>, ProblemHttpResult>> UseAsync(WantedModel model, ModelChoice choice, CancellationToken cancellationToken) =>
        NamedAsync(model, name => choice.UseAsync(name, cancellationToken));

    private static Task<Results<Ok<Decision>, ProblemHttpResult>> FetchAsync(WantedModel model, ModelChoice choice) => NamedAsync(model, name => Task.FromResult(choice.Fetch(name)));

    private static async Task<Results<Ok<Decision>, ProblemHttpResult>> NamedAsync(WantedModel model, Func<string, Task<string>> decide) =>
        model.Name is { Length: > 0 } name ? await GuardAsync(async () => new Decision(await decide(name))) : Problems.BadParameter("name is missing; write the name of a model.");

    private static Task<Results<Ok<Decision>, ProblemHttpResult>> RollBackAsync(ModelChoice choice, CancellationToken cancellationToken) =>
        GuardAsync(async () => new Decision(await choice.RollBackAsync(cancellationToken)));

    private static async Task<Results<Ok<T>, ProblemHttpResult>> GuardAsync<T>(Func<Task<T>> answer)
    {
        try
        {
            return TypedResults.Ok(await answer());
        }
        catch (Exception ex) when (ModelFault.Refusal(ex) is { } refusal)
        {
            return Problems.Refused(refusal);
        }
    }

    internal sealed record ModelList(int Total, IReadOnlyList<ModelState> Items);

    internal sealed record WantedModel(string? Name);

    /// <param name="Message">What happens now, in a sentence.</param>
    internal sealed record Decision(string Message);
}

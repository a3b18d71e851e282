using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Lab;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;

namespace DrChaffee.Web.Features.Lab;

/// <summary>What the search lab does, for programs.</summary>
internal static class LabApi
{
    private static readonly SearchMode[] EveryLeg = [SearchMode.Keyword, SearchMode.Semantic, SearchMode.Hybrid];

    public static void MapLabApi(this IEndpointRouteBuilder routes)
    {
        var lab = routes.MapGroup("/api/admin/lab").WithTags("Search lab").RequireAuthorization(Rights.Correct).ProducesProblem(StatusCodes.Status400BadRequest);
        lab.MapGet("/search", AskAsync).WithName("LabSearch").WithSummary("Ask one query through each leg.").AddOpenApiOperationTransformer(DescribeSettingsAsync);
        lab.MapGet("/plan", ExplainAsync).WithName("LabPlan").WithSummary("Run and explain the meaning leg's statement.").AddOpenApiOperationTransformer(DescribeSettingsAsync);
        lab.MapPost("/diff", DiffAsync).WithName("LabDiff").WithSummary("Order the answers to one query by two settings.");
        lab.MapGet("/replay", ReplayAsync).WithName("LabReplay").WithSummary("Ask all judged queries again and score the answers.").AddOpenApiOperationTransformer(DescribeSettingsAsync);
        lab.MapPost("/replay/diff", ReplayDiffAsync).WithName("LabReplayDiff").WithSummary("Score all judged queries under two settings.");
    }

    private static async Task<Results<Ok<LabAnswer>, ProblemHttpResult>> AskAsync([AsParameters] LabParameters parameters, SearchLab lab, CancellationToken cancellationToken) =>
        parameters.TryRead(out var request, out var take, out var fault) ? TypedResults.Ok(await lab.AskAsync(request, take, cancellationToken)) : Problems.BadParameter(fault);

    private static async Task<Results<Ok<StatementPlan>, ProblemHttpResult>> ExplainAsync([AsParameters] LabParameters parameters, MeaningPlan plan, CancellationToken cancellationToken) =>
        parameters.TryRead(out var request, out _, out var fault) ? TypedResults.Ok(await plan.ExplainAsync(request, cancellationToken)) : Problems.BadParameter(fault);

    private static async Task<Results<Ok<OrderDiff>, ProblemHttpResult>> DiffAsync(
        [AsParameters] LabParameters parameters, TwoSettings settings, SearchLab lab, CancellationToken cancellationToken)
    {
        if (!parameters.TryRead(out var request, out var take, out var fault) || !settings.TryRead(out var a, out var b, out fault)) return Problems.BadParameter(fault);
        return TypedResults.Ok(await lab.DiffAsync(request, a, b, take, cancellationToken));
    }

    private static async Task<Results<Ok<Replay>, ProblemHttpResult>> ReplayAsync(HttpRequest request, JudgmentReplay replay, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var tuning = TuningText.Read(reader, name => request.Query[name]);
        return reader.Fault is { } fault ? Problems.BadParameter(fault) : TypedResults.Ok(await replay.RunAsync(tuning, EveryLeg, progress: null, cancellationToken));
    }

    private static async Task<Results<Ok<ReplayDiff>, ProblemHttpResult>> ReplayDiffAsync(TwoSettings settings, JudgmentReplay replay, CancellationToken cancellationToken) =>
        settings.TryRead(out var a, out var b, out var fault) ? TypedResults.Ok(await replay.DiffAsync(a, b, progress: null, cancellationToken)) : Problems.BadParameter(fault);

    /// <summary>The settings are read by name, so the framework does not see them.</summary>
    private static Task DescribeSettingsAsync(OpenApiOperation operation, Microsoft.AspNetCore.OpenApi.OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Parameters ??= [];
        foreach (var knob in TuningKnob.All)
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = knob.Name,
                In = ParameterLocation.Query,
                Description = $"{knob.Tells} {knob.Written(SearchTuning.Shipped)} without it.",
                Schema = new OpenApiSchema { Type = knob.IsWhole ? JsonSchemaType.Integer : JsonSchemaType.Number, Minimum = TuningKnob.Written(knob.Least), Maximum = TuningKnob.Written(knob.Most) },
            });
        }

        return Task.CompletedTask;
    }

    /// <summary>Two settings by their names; what is not named is as shipped.</summary>
    internal sealed record TwoSettings(IReadOnlyDictionary<string, decimal>? A, IReadOnlyDictionary<string, decimal>? B)
    {
        public bool TryRead(out SearchTuning a, out SearchTuning b, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? fault)
        {
            var reader = new ParameterReader();
            a = TuningText.Read("a", A, reader, out var first);
            b = TuningText.Read("b", B, reader, out var second);
            fault = first ?? second;
            return fault is null;
        }
    }
}

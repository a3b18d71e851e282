using System.ComponentModel;
using System.Security.Claims;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Transcripts.Formats;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Library;

internal static class SourcesApi
{
    public static void MapSourcesApi(this IEndpointRouteBuilder routes)
    {
        var sources = routes.MapGroup("/api/sources").WithTags("Library").AllowAnonymous();
        sources.MapGet("/", ListAsync).WithName("Sources").WithSummary("List recordings.").ProducesProblem(StatusCodes.Status400BadRequest);
        sources.MapGet("/{key}", FindAsync).WithName("Source").WithSummary("Tell about one recording.").ProducesProblem(StatusCodes.Status404NotFound);
        sources.MapGet("/{key}/transcript", TranscriptAsync).WithName("Transcript").WithSummary("Give what was said, as a file.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<Page<SourceSummary>>, ProblemHttpResult>> ListAsync(
        [AsParameters] SourcesParameters parameters, LibraryQueries library, ClaimsPrincipal reader, CancellationToken cancellationToken) =>
        parameters.TryRead(out var filter, out var fault)
            ? TypedResults.Ok(For(reader, await library.ListAsync(filter, cancellationToken)))
            : Problems.BadParameter(fault);

    private static async Task<Results<Ok<SourceSummary>, ProblemHttpResult>> FindAsync(
        string key, LibraryQueries library, ClaimsPrincipal reader, CancellationToken cancellationToken) =>
        await library.FindAsync(key, cancellationToken) is { } source ? TypedResults.Ok(For(reader, source)) : Problems.NoSuchSource(key);

    private static Page<SourceSummary> For(ClaimsPrincipal reader, Page<SourceSummary> page) => page with { Items = [.. page.Items.Select(source => For(reader, source))] };

    /// <summary>Reasons of failures name folders and engines of this machine; they are for those who are signed in.</summary>
    private static SourceSummary For(ClaimsPrincipal reader, SourceSummary source) =>
        reader.Identity is { IsAuthenticated: true } ? source : source with { StateReason = null };

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> TranscriptAsync(
        string key, [Description("json (the default), txt, srt, vtt or csv.")] string? format, LibraryQueries library, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var kind = reader.Choice("format", format, TranscriptFormat.Json);
        if (reader.Fault is { } fault) return Problems.BadParameter(fault);
        if (await library.FindAsync(key, cancellationToken) is not { } source || await library.TranscriptAsync(key, cancellationToken) is not { } segments)
            return Problems.NoSuchSource(key);

        var document = TranscriptExport.From(source, segments);
        return TypedResults.Stream(
            stream => TranscriptWriter.WriteAsync(document, kind, stream, cancellationToken),
            TranscriptWriter.ContentType(kind), kind == TranscriptFormat.Json ? null : $"{key}.{SnakeCase.Name(kind)}");
    }
}

using DrChaffee.Domain.Library;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.StaticFiles;

namespace DrChaffee.Web.Features.Watch;

/// <summary>Streams the recordings that lie on this machine.</summary>
internal static class MediaApi
{
    private static readonly FileExtensionContentTypeProvider ContentTypes = new()
    {
        Mappings = { [".opus"] = "audio/ogg", [".m4b"] = "audio/mp4", [".m4a"] = "audio/mp4", [".flac"] = "audio/flac", [".mka"] = "audio/x-matroska", [".mkv"] = "video/x-matroska" },
    };

    public static void MapMediaApi(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/media/{key}", [HttpMethods.Get, HttpMethods.Head], StreamAsync).WithTags("Library").WithName("Media")
            .WithSummary("Stream a recording's audio or video; ranges are answered.")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream").Produces(StatusCodes.Status206PartialContent, contentType: "application/octet-stream")
            .ProducesProblem(StatusCodes.Status404NotFound).AllowAnonymous();

    /// <summary>What kind of file it is, by its name.</summary>
    public static string ContentType(string path) => ContentTypes.TryGetContentType(path, out var type) ? type : "application/octet-stream";

    private static async Task<Results<PhysicalFileHttpResult, ProblemHttpResult>> StreamAsync(
        string key, LibraryQueries library, HttpResponse response, CancellationToken cancellationToken)
    {
        if (await library.MediaPathAsync(key, cancellationToken) is not { } path)
            return TypedResults.Problem(
                $"This machine has no audio or video of {key}.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
        response.Headers.CacheControl = "private, max-age=3600";
        return TypedResults.PhysicalFile(Path.GetFullPath(path), ContentType(path), lastModified: new DateTimeOffset(File.GetLastWriteTimeUtc(path)), enableRangeProcessing: true);
    }
}

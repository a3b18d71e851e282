using DrChaffee.Web.Features.Api;

namespace DrChaffee.Web.Features.Guard;

/// <summary>Turns a request away before anything has looked at it: with a problem for programs, with the sentence alone for people.</summary>
internal static class Refusal
{
    public static Task WriteAsync(HttpContext context, int status, string title, string sentence) => ApiPaths.IsApi(context)
        ? TypedResults.Problem(sentence, statusCode: status, title: title).ExecuteAsync(context)
        : TypedResults.Text(sentence, statusCode: status).ExecuteAsync(context);
}

using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DrChaffee.Domain.Audit;
using DrChaffee.Web.Features.Account;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace DrChaffee.Web.Features.Audit;

/// <summary>Writes down every call of <c>/api/admin</c> that changes something: what was asked, by whom, and the status that it was answered with.</summary>
internal static partial class AdminCallAudit
{
    private const int LongestDetail = 2_000;

    public static EndpointFilterDelegate Create(EndpointFilterFactoryContext route, EndpointFilterDelegate next)
    {
        var services = route.ApplicationServices.GetRequiredService<IServiceProviderIsService>();
        var told = route.MethodInfo.GetParameters().Select((parameter, index) => (parameter, index)).Where(p => IsAsked(p.parameter, services)).ToList();
        return async call =>
        {
            if (!IsChange(call.HttpContext.Request)) return await next(call);
            var (status, asked) = (StatusCodes.Status500InternalServerError, Asked(told, call));
            try
            {
                var answer = await next(call);
                status = StatusOf(answer, call.HttpContext);
                return answer;
            }
            finally
            {
                await WriteAsync(call.HttpContext, status, asked);
            }
        };
    }

    private static bool IsChange(HttpRequest request) =>
        request.Path.StartsWithSegments("/api/admin", StringComparison.OrdinalIgnoreCase) && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);

    /// <summary>True for what the caller wrote, false for what the program gives the handler.</summary>
    private static bool IsAsked(ParameterInfo parameter, IServiceProviderIsService services)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type != typeof(HttpContext) && type != typeof(CancellationToken) && !typeof(Stream).IsAssignableFrom(type) && !type.IsInterface && !services.IsService(type)
            && parameter.GetCustomAttribute<AsParametersAttribute>() is null; // what stands in the address of a call that changes nothing
    }

    private static JsonObject Asked(List<(ParameterInfo Parameter, int Index)> told, EndpointFilterInvocationContext call)
    {
        var json = call.HttpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var asked = new JsonObject();
        foreach (var (parameter, index) in told)
        {
            var value = JsonSerializer.SerializeToNode(call.Arguments[index], json);
            if (value is JsonObject body) foreach (var (name, part) in body.ToList()) Put(asked, name, part);
            else Put(asked, JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!), value);
        }

        return asked;
    }

    private static void Put(JsonObject asked, string name, JsonNode? value)
    {
        if (value is null || Secret().IsMatch(name)) return;
        if (value is JsonObject inner) asked[name] = Without(inner);
        else asked[name] = value.GetValueKind() == JsonValueKind.String ? AfterQuestionMark().Replace(value.GetValue<string>(), "?…") : value.DeepClone(); // a feed's address may hold its key
    }

    private static JsonObject Without(JsonObject inner)
    {
        var kept = new JsonObject();
        foreach (var (name, value) in inner) Put(kept, name, value);
        return kept;
    }

    private static int StatusOf(object? answer, HttpContext http)
    {
        while (answer is INestedHttpResult nested) answer = nested.Result;
        return (answer as IStatusCodeHttpResult)?.StatusCode ?? http.Response.StatusCode;
    }

    private static async Task WriteAsync(HttpContext http, int status, JsonObject asked)
    {
        var action = http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? $"{http.Request.Method}{http.Request.Path}";
        var subject = string.Join(' ', http.Request.RouteValues.Values);
        foreach (var routed in http.Request.RouteValues.Keys) asked.Remove(JsonNamingPolicy.SnakeCaseLower.ConvertName(routed));
        if (asked.ToJsonString().Length > LongestDetail) asked = new JsonObject { ["shortened"] = true };
        asked["status"] = status;
        await http.RequestServices.GetRequiredService<AuditLog>().WriteAsync(
            new Actor(http.User.Identity?.Name, Sessions.AddressOf(http)), JsonNamingPolicy.SnakeCaseLower.ConvertName(action), subject.Length > 0 ? subject : null, asked);
    }

    [GeneratedRegex("password|secret|token|api_key|cookie", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Secret();

    [GeneratedRegex(@"\?\S+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AfterQuestionMark();
}

using System.Globalization;
using System.Threading.RateLimiting;
using DrChaffee.Domain.Settings;

namespace DrChaffee.Web.Features.Guard;

/// <summary>How often one client may ask, by what it asks for. Nobody who reads and types meets these limits; health and the program's own files have none.</summary>
internal static class ClientLimits
{
    private static readonly PathString[] Free = ["/health", "/hubs", "/_blazor", "/_framework", "/_content", "/css", "/js", "/fonts", "/icons", "/Features", "/metrics"];

    public static void AddClientLimits(this IServiceCollection services, GuardSettings settings) => services.AddRateLimiter(options =>
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Client>(context => Partition(context, settings));
        options.OnRejected = (rejected, _) => new ValueTask(RefuseAsync(rejected.HttpContext, rejected.Lease));
    });

    private static RateLimitPartition<Client> Partition(HttpContext context, GuardSettings settings)
    {
        if (Limit(context.Request, settings) is not (var what, > 0 and var perMinute)) return RateLimitPartition.GetNoLimiter(new Client("", ""));
        return RateLimitPartition.GetTokenBucketLimiter(new Client(what, ClientAddress.Key(context.Connection.RemoteIpAddress)), _ => Bucket(perMinute));
    }

    private static (string What, int PerMinute) Limit(HttpRequest request, GuardSettings settings)
    {
        var path = request.Path;
        if (Array.Exists(Free, free => path.StartsWithSegments(free, StringComparison.OrdinalIgnoreCase)) || path.Value?.EndsWith(".styles.css", StringComparison.OrdinalIgnoreCase) == true) return ("", 0);
        if (path.StartsWithSegments("/api/suggestions", StringComparison.OrdinalIgnoreCase)) return ("suggestions", settings.SuggestionsPerMinute);
        if (path.StartsWithSegments("/api/answers", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/ask", StringComparison.OrdinalIgnoreCase)) return ("answers", settings.AnswersPerMinute);
        if (path.StartsWithSegments("/api/admin", StringComparison.OrdinalIgnoreCase)) return ("admin", settings.AdminCallsPerMinute);
        if (path.StartsWithSegments("/account", StringComparison.OrdinalIgnoreCase) && !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) return ("sign-in", settings.SignInsPerMinute);
        return ("search", settings.SearchesPerMinute);
    }

    /// <summary>A minute's worth may come at once; what was used comes back evenly.</summary>
    internal static TokenBucketRateLimiterOptions Bucket(int perMinute) => new()
    {
        TokenLimit = perMinute,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
    };

    private static Task RefuseAsync(HttpContext context, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? Math.Max(1, Math.Ceiling(told.TotalSeconds)) : 1;
        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        return Refusal.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests", string.Create(CultureInfo.InvariantCulture, $"This address asks too often; wait {wait} s and try again."));
    }

    private sealed record Client(string What, string Address);
}

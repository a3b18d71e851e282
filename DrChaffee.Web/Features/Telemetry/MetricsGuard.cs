using System.Net;
using System.Security.Cryptography;
using System.Text;
using DrChaffee.Domain.Settings;
using DrChaffee.Web.Features.Guard;

namespace DrChaffee.Web.Features.Telemetry;

/// <summary>
/// Who may read the metrics: with <c>METRICS_TOKEN</c>, whoever sends it; without, programs on this machine that ask this process straight. What a proxy passes on
/// comes from anywhere, even where the proxy runs on this machine: it is known by the headers that proxies add, and by a host that is not this machine.
/// </summary>
internal sealed class MetricsGuard(TelemetrySettings settings)
{
    private const string Scheme = "Bearer ";
    private static readonly string[] OfProxies = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Original-Proto", "X-Real-IP"];

    private readonly byte[]? _expected = settings.MetricsToken is { } token ? Digest(token) : null;

    public Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (_expected is null) return IsStraightFromHere(context) && HttpMethods.IsGet(context.Request.Method) ? next(context) : Refusal.WriteAsync(
            context, StatusCodes.Status404NotFound, "Not found", "The metrics are for programs on this machine that ask this process straight; METRICS_TOKEN opens them to others.");
        if (!KnowsToken(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Refusal.WriteAsync(context, StatusCodes.Status401Unauthorized, "A token is needed", "Send the value of METRICS_TOKEN in the header Authorization, after the word Bearer.");
        }

        if (HttpMethods.IsGet(context.Request.Method)) return next(context);
        context.Response.Headers.Allow = HttpMethods.Get;
        return Refusal.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "The method is not allowed", "The metrics are read by GET.");
    }

    /// <summary>Digests have one length, so that the time taken tells nothing of the token's.</summary>
    private bool KnowsToken(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var sent && sent.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Digest(sent[Scheme.Length..].Trim()), _expected);

    private static bool IsStraightFromHere(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)
        && !Array.Exists(OfProxies, header => context.Request.Headers.ContainsKey(header)) && IsThisMachine(context.Request.Host.Host);

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DrChaffee.Web.Tests.Account.External;

/// <summary>A provider on this machine that signs in whomever a test says, without asking; and one that errs as a test says.</summary>
internal sealed class OidcProvider : IAsyncDisposable
{
    public const string ClientId = "drchaffee";
    public const string ClientSecret = "shared between the two";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Nonce, string Challenge)> _codes = new();
    private LocalServer _server = null!;

    /// <summary>Who signs in next, besides <c>sub</c>.</summary>
    public Dictionary<string, object> Person { get; set; } = new() { ["email"] = "anna@example.org", ["email_verified"] = true };
    public string Subject { get; set; } = "1";
    public OidcFault Fault { get; set; }

    public string Address => _server.Address.ToString().TrimEnd('/');

    public static async Task<OidcProvider> StartAsync()
    {
        var provider = new OidcProvider();
        provider._server = await LocalServer.StartAsync(provider.AnswerAsync);
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _rsa.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        _ when Fault == OidcFault.Away => Refuse(context, StatusCodes.Status503ServiceUnavailable),
        "/.well-known/openid-configuration" => WriteAsync(context, new
        {
            issuer = Address,
            authorization_endpoint = $"{Address}/authorise",
            token_endpoint = $"{Address}/token",
            jwks_uri = $"{Address}/keys",
            response_types_supported = new[] { "code" },
            subject_types_supported = new[] { "public" },
            id_token_signing_alg_values_supported = new[] { "RS256" },
        }),
        "/keys" => WriteAsync(context, new { keys = new[] { Key() } }),
        "/authorise" => Authorise(context),
        "/token" => TokenAsync(context),
        _ => Refuse(context, StatusCodes.Status404NotFound),
    };

    private object Key()
    {
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", use = "sig", alg = "RS256", kid = "one", n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) };
    }

    private Task Authorise(HttpContext context)
    {
        var asked = context.Request.Query;
        Assert.Equal((ClientId, "code", "S256"), (asked["client_id"].ToString(), asked["response_type"].ToString(), asked["code_challenge_method"].ToString()));
        var back = new Dictionary<string, string?> { ["state"] = asked["state"].ToString() };
        if (Fault == OidcFault.Denies) back["error"] = "access_denied";
        else _codes[back["code"] = Guid.NewGuid().ToString("N")] = (asked["nonce"].ToString(), asked["code_challenge"].ToString());
        context.Response.Redirect(QueryHelpers.AddQueryString(asked["redirect_uri"].ToString(), back));
        return Task.CompletedTask;
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var proof = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (form["client_secret"] != ClientSecret || !_codes.TryRemove(form["code"].ToString(), out var code) || code.Challenge != proof)
        {
            await Refuse(context, StatusCodes.Status400BadRequest);
            return;
        }

        using var stranger = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = Fault == OidcFault.AnotherAudience ? "another program" : ClientId,
            IssuedAt = now,
            NotBefore = now.AddMinutes(-1),
            Expires = now.AddMinutes(Fault == OidcFault.Expired ? -30 : 5),
            Claims = new Dictionary<string, object>(Person) { ["sub"] = Subject, ["nonce"] = Fault == OidcFault.AnotherNonce ? "another" : code.Nonce },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(Fault == OidcFault.ForgedSignature ? stranger : _rsa) { KeyId = "one", CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } }, "RS256"),
        });
        await WriteAsync(context, new { access_token = "unused", token_type = "Bearer", expires_in = 300, id_token = token });
    }

    private static Task WriteAsync(HttpContext context, object answer)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(answer));
    }

    private static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}

/// <summary>How the provider, or somebody between it and us, errs.</summary>
public enum OidcFault
{
    None,
    Away,
    Denies,
    AnotherNonce,
    AnotherAudience,
    Expired,
    ForgedSignature,
}

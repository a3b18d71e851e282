using System.Security.Cryptography;
using System.Text;
using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Data;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Web.Features.Account;

/// <summary>Secrets that let whoever reads the server's log set the first password. The database holds their hashes only.</summary>
internal sealed class SetupTokens(IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Makes a token. Those of other processes that started lately stay good.</summary>
    public async Task<string> IssueAsync(CancellationToken cancellationToken)
    {
        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var eldest = time.GetUtcNow() - Lifetime;
        await db.SetupTokens.Where(t => t.CreatedAt < eldest).ExecuteDeleteAsync(cancellationToken);
        db.Add(new SetupToken { TokenHash = Hash(token), CreatedAt = time.GetUtcNow() });
        await db.SaveChangesAsync(cancellationToken);
        return token;
    }

    /// <summary>Never once somebody can sign in, whatever stands in an old log.</summary>
    public async Task<bool> IsGoodAsync(string? token, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(token)) return false;
        var (hash, eldest) = (Hash(token), time.GetUtcNow() - Lifetime);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SetupTokens.AnyAsync(t => t.TokenHash == hash && t.CreatedAt >= eldest && !db.Accounts.Any(), cancellationToken);
    }

    /// <summary>Uses the token up, and with it all others; false where it was not good or somebody was quicker.</summary>
    public async Task<bool> TryUseAsync(string token, CancellationToken cancellationToken)
    {
        if (!await IsGoodAsync(token, cancellationToken)) return false;
        var hash = Hash(token);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.SetupTokens.Where(t => t.TokenHash == hash).ExecuteDeleteAsync(cancellationToken) == 0) return false;
        await db.SetupTokens.ExecuteDeleteAsync(cancellationToken);
        return true;
    }

    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

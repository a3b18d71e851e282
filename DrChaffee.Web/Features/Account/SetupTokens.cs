using System.Security.Cryptography;
using System.Text;
using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Data;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Web.Features.Account;

/// <summary>Secrets that set a password once: the first admin's, for whoever reads the server's log, or that of an account, for whoever is given the link. The database holds their hashes only.</summary>
internal sealed class SetupTokens(IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public static string PathOf(string token) => $"{AccountServices.SetupPath}?token={token}";

    /// <summary>Makes a token. For the first admin, those of other processes that started lately stay good; for an account, those before are worth nothing any more.</summary>
    public async Task<string> IssueAsync(CancellationToken cancellationToken, int? accountId = null)
    {
        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var eldest = time.GetUtcNow() - Lifetime;
        await db.SetupTokens.Where(t => t.CreatedAt < eldest || (accountId != null && t.AccountId == accountId)).ExecuteDeleteAsync(cancellationToken);
        db.Add(new SetupToken { TokenHash = Hash(token), AccountId = accountId, CreatedAt = time.GetUtcNow() });
        await db.SaveChangesAsync(cancellationToken);
        return token;
    }

    /// <summary>Whose password it sets, or null where it is good for nothing. The first admin's never is once somebody can sign in, whatever stands in an old log.</summary>
    public async Task<string?> FindAsync(string? token, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(token)) return null;
        var (hash, eldest) = (Hash(token), time.GetUtcNow() - Lifetime);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.SetupTokens.Where(t => t.TokenHash == hash && t.CreatedAt >= eldest && (t.AccountId != null || !db.Accounts.Any()))
            .Select(t => t.AccountId == null ? AccountBook.Admin : db.Accounts.Where(a => a.Id == t.AccountId).Select(a => a.Name).First())
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Uses the token up, and with it all others of the same account; gives whose it was. Null where it was not good or somebody was quicker.</summary>
    public async Task<string?> TryUseAsync(string token, CancellationToken cancellationToken)
    {
        if (await FindAsync(token, cancellationToken) is not { } name) return null;
        var hash = Hash(token);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var accountId = await db.SetupTokens.Where(t => t.TokenHash == hash).Select(t => t.AccountId).FirstOrDefaultAsync(cancellationToken);
        if (await db.SetupTokens.Where(t => t.TokenHash == hash).ExecuteDeleteAsync(cancellationToken) == 0) return null;
        await db.SetupTokens.Where(t => t.AccountId == accountId).ExecuteDeleteAsync(cancellationToken);
        return name;
    }

    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

using System.Security.Claims;
using System.Security.Cryptography;
using DrChaffee.Domain.Data;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Entry = DrChaffee.Domain.Accounts.Account;

namespace DrChaffee.Web.Features.Account;

/// <summary>Who has an account, and whether a password or a session is theirs.</summary>
internal sealed class AccountBook(IDbContextFactory<ChaffeeDbContext> contexts, IPasswordHasher<Entry> hasher, TimeProvider time)
{
    public const string Admin = "admin";
    public const int ShortestPassword = 10;
    private const string StampClaim = "stamp";

    /// <summary>Checked where there is no account, so that the time an answer takes does not tell which names exist.</summary>
    private readonly Lazy<string> _nobodysHash = new(() => hasher.HashPassword(null!, "nobody's password"));

    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Accounts.AnyAsync(cancellationToken);
    }

    /// <summary>Who it is, or null where the name or the password is wrong.</summary>
    public async Task<ClaimsPrincipal?> TrySignInAsync(string name, string password, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var account = await db.Accounts.FirstOrDefaultAsync(a => a.Name == name, cancellationToken);
        var verdict = hasher.VerifyHashedPassword(account!, account?.PasswordHash ?? _nobodysHash.Value, password);
        return account is null || verdict == PasswordVerificationResult.Failed ? null : Principal(account);
    }

    /// <summary>Creates the account or changes its password; whoever was signed in with another password no longer is.</summary>
    public async Task<ClaimsPrincipal> SetPasswordAsync(string name, string password, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var account = await db.Accounts.FirstOrDefaultAsync(a => a.Name == name, cancellationToken);
        if (account is not null && hasher.VerifyHashedPassword(account, account.PasswordHash, password) != PasswordVerificationResult.Failed) return Principal(account);

        if (account is null) db.Add(account = new Entry { Name = name, PasswordHash = "", SecurityStamp = "" });
        account.PasswordHash = hasher.HashPassword(account, password);
        account.SecurityStamp = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        account.UpdatedAt = time.GetUtcNow();
        await db.SaveChangesAsync(cancellationToken);
        return Principal(account);
    }

    /// <summary>False once the account is gone or its password has changed.</summary>
    public async Task<bool> IsCurrentAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        var (name, stamp) = (principal.Identity?.Name, principal.FindFirstValue(StampClaim));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return stamp is not null && await db.Accounts.AnyAsync(a => a.Name == name && a.SecurityStamp == stamp, cancellationToken);
    }

    private static ClaimsPrincipal Principal(Entry account) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, account.Name), new Claim(StampClaim, account.SecurityStamp)], CookieAuthenticationDefaults.AuthenticationScheme));
}

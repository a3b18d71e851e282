using System.Security.Cryptography;
using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Entry = DrChaffee.Domain.Accounts.Account;

namespace DrChaffee.Web.Features.Account;

/// <summary>Who has an account, and whether a password is theirs.</summary>
internal sealed class AccountBook(IDbContextFactory<ChaffeeDbContext> contexts, IPasswordHasher<Entry> hasher, TimeProvider time)
{
    /// <summary>The name of the first admin.</summary>
    public const string Admin = "admin";

    /// <summary>Checked where there is no account, so that the time an answer takes does not tell which names exist.</summary>
    private readonly Lazy<string> _nobodysHash = new(() => hasher.HashPassword(null!, "nobody's password"));

    public static string NewStamp() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Accounts.AnyAsync(cancellationToken);
    }

    /// <summary>By the name alone, as it stands in a session or on a command line.</summary>
    public async Task<Entry?> FindAsync(string? name, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.Name == name, cancellationToken);
    }

    /// <summary>Takes as long for nobody as for somebody.</summary>
    public bool IsPassword(Entry? account, string password)
    {
        var verdict = hasher.VerifyHashedPassword(account!, account?.PasswordHash is { Length: > 0 } hash ? hash : _nobodysHash.Value, password);
        return account is { PasswordHash.Length: > 0 } && verdict != PasswordVerificationResult.Failed;
    }

    public string Hash(Entry account, string password) => hasher.HashPassword(account, password);

    /// <summary>Creates the account, as an admin's, or changes its password; whoever was signed in with another password no longer is.</summary>
    /// <param name="kept">The session that stays: the one in which it was changed.</param>
    public async Task<Entry> SetPasswordAsync(string name, string password, CancellationToken cancellationToken, Guid? kept = null)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var account = await db.Accounts.FirstOrDefaultAsync(a => a.Name == name, cancellationToken);
        if (account is not null && IsPassword(account, password)) return account;

        if (account is null) db.Add(account = new Entry { Name = name, Role = AccountRole.Admin, PasswordHash = "", SecurityStamp = "" });
        account.PasswordHash = Hash(account, password);
        await ChangeStampAsync(db, account, kept, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return account;
    }

    /// <summary>Ends the account's sessions once it is saved.</summary>
    public async Task ChangeStampAsync(ChaffeeDbContext db, Entry account, Guid? kept, CancellationToken cancellationToken)
    {
        account.SecurityStamp = NewStamp();
        account.UpdatedAt = time.GetUtcNow();
        var sessions = await db.AccountSessions.Where(s => s.AccountId == account.Id).ToListAsync(cancellationToken);
        foreach (var session in sessions.Where(session => session.Id == kept)) session.SecurityStamp = account.SecurityStamp;
        db.RemoveRange(sessions.Where(session => session.Id != kept));
    }
}

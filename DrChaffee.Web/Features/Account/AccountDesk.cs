using System.Text.Json.Nodes;
using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Data;
using DrChaffee.Web.Features.Account.TwoFactor;
using Microsoft.EntityFrameworkCore;
using Entry = DrChaffee.Domain.Accounts.Account;

namespace DrChaffee.Web.Features.Account;

/// <summary>What an admin does with the accounts of others, on the page and on the command line. Somebody who can do so always stays.</summary>
internal sealed class AccountDesk(IDbContextFactory<ChaffeeDbContext> contexts, AccountBook book, Sessions sessions, AuditLog audit, TimeProvider time)
{
    public async Task<IReadOnlyList<AccountState>> ListAsync(CancellationToken cancellationToken)
    {
        var (now, eldest) = (time.GetUtcNow(), time.GetUtcNow() - Sessions.Lifetime);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Accounts.OrderBy(a => a.Name).Select(a => new AccountState(
            a.Name, a.Role, a.LastSignInAt, a.LockedUntil > now ? a.LockedUntil : null, a.TotpSecret != null, a.ExternalId != null, a.PasswordHash != "" || a.ExternalId != null,
            db.AccountSessions.Count(s => s.AccountId == a.Id && s.LastSeenAt > eldest && s.SecurityStamp == a.SecurityStamp))).ToListAsync(cancellationToken);
    }

    /// <summary>Without a password nobody can sign in with it yet: a link sets one.</summary>
    /// <exception cref="AccountException">The name is none, or taken; the password is too short.</exception>
    public async Task<Entry> AddAsync(string? written, AccountRole role, string? password, Actor by)
    {
        var name = AccountName.Parse(written);
        if (password is not null && NewPassword.FaultOf(password) is { } fault) throw new AccountException(fault);
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        var account = new Entry { Name = name, Role = role, PasswordHash = "", SecurityStamp = AccountBook.NewStamp(), UpdatedAt = time.GetUtcNow() };
        if (password is not null) account.PasswordHash = book.Hash(account, password);
        if (await db.Accounts.AnyAsync(a => a.Name == name)) throw new AccountException($"There is an account {name} already.");
        db.Add(account);
        db.Add(audit.Entry(by, AuditActions.AddAccount, name, RoleDetail(role)));
        await db.SaveChangesAsync(CancellationToken.None);
        return account;
    }

    /// <exception cref="AccountException">There is no such account, or it signs in elsewhere; the password is too short.</exception>
    public async Task SetPasswordAsync(string name, string password, Actor by, Guid? kept = null)
    {
        if (NewPassword.FaultOf(password) is { } fault) throw new AccountException(fault);
        var account = await book.FindAsync(AccountName.Of(name), CancellationToken.None) ?? throw NoSuch(name);
        if (account.ExternalId is not null) throw new AccountException($"{account.Name} signs in with the provider, and has no password here.");
        await book.SetPasswordAsync(account.Name, password, CancellationToken.None, kept);
        await audit.WriteAsync(by, AuditActions.SetPassword, account.Name);
    }

    /// <summary>Whoever has the account must sign in again.</summary>
    /// <exception cref="AccountException">There is no such account, or it is the last admin's.</exception>
    public Task ChangeRoleAsync(string name, AccountRole role, Actor by) => ChangeAsync(name, async (db, account) =>
    {
        if (account.Role == role) return;
        if (role != AccountRole.Admin) await KeepAnAdminAsync(db, account, "becomes an editor");
        account.Role = role;
        await book.ChangeStampAsync(db, account, kept: null, CancellationToken.None);
        db.Add(audit.Entry(by, AuditActions.ChangeRole, account.Name, RoleDetail(role)));
    });

    /// <exception cref="AccountException">There is no such account, or it is the last admin's.</exception>
    public Task RemoveAsync(string name, Actor by) => ChangeAsync(name, async (db, account) =>
    {
        await KeepAnAdminAsync(db, account, "is removed");
        db.Remove(account);
        db.Add(audit.Entry(by, AuditActions.RemoveAccount, account.Name));
    });

    /// <param name="twoFactorOff">For whoever has lost the phone and the paper.</param>
    /// <exception cref="AccountException">There is no such account.</exception>
    public Task UnlockAsync(string name, bool twoFactorOff, Actor by) => ChangeAsync(name, async (db, account) =>
    {
        (account.FailedAttempts, account.LockedUntil) = (0, null);
        db.Add(audit.Entry(by, AuditActions.UnlockAccount, account.Name));
        if (!twoFactorOff) return;
        await CodeBook.TurnOffAsync(db, account.Id);
        db.Add(audit.Entry(by, AuditActions.TwoFactorOff, account.Name));
    });

    /// <summary>Gives how many were ended.</summary>
    /// <exception cref="AccountException">There is no such account.</exception>
    public async Task<int> EndSessionsAsync(string name, Actor by, Guid? kept = null)
    {
        var account = await book.FindAsync(AccountName.Of(name), CancellationToken.None) ?? throw NoSuch(name);
        var ended = await sessions.EndAllAsync(account.Id, kept, CancellationToken.None);
        await audit.WriteAsync(by, AuditActions.EndSessions, account.Name, new JsonObject { ["ended"] = ended });
        return ended;
    }

    public static AccountException NoSuch(string name) => new($"There is no account {AccountName.Of(name)}.");

    private async Task ChangeAsync(string name, Func<ChaffeeDbContext, Entry, Task> change)
    {
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        // One change at a time, so that two admins cannot remove each other.
        await db.Database.ExecuteSqlRawAsync("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE", CancellationToken.None);
        var written = AccountName.Of(name);
        await change(db, await db.Accounts.FirstOrDefaultAsync(a => a.Name == written) ?? throw NoSuch(name));
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static async Task KeepAnAdminAsync(ChaffeeDbContext db, Entry account, string what)
    {
        if (account.Role != AccountRole.Admin || !account.CanSignIn) return;
        if (!await db.Accounts.AnyAsync(a => a.Id != account.Id && a.Role == AccountRole.Admin && (a.PasswordHash != "" || a.ExternalId != null)))
            throw new AccountException($"{account.Name} is the last admin who can sign in; make somebody else one before this one {what}.");
    }

    private static JsonObject RoleDetail(AccountRole role) => new() { ["role"] = SnakeCase.Name(role) };
}

/// <summary>How it stands with an account.</summary>
/// <param name="External">A provider signs it in.</param>
/// <param name="Ready">False where no password was set yet.</param>
public sealed record AccountState(
    string Name, AccountRole Role, DateTimeOffset? LastSignInAt, DateTimeOffset? LockedUntil, bool TwoFactor, bool External, bool Ready, int Sessions);

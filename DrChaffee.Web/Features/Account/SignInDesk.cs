using System.Globalization;
using System.Text.Json.Nodes;
using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Data;
using DrChaffee.Web.Features.Account.TwoFactor;
using Microsoft.EntityFrameworkCore;
using Entry = DrChaffee.Domain.Accounts.Account;

namespace DrChaffee.Web.Features.Account;

/// <summary>Looks at passwords and codes, counts the wrong ones in the database, and locks an account after five in a row.</summary>
internal sealed class SignInDesk(IDbContextFactory<ChaffeeDbContext> contexts, AccountBook book, CodeBook codes, SignInTickets tickets, AuditLog audit, TimeProvider time)
{
    public const int MostWrong = 5;
    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(15);

    /// <summary>The same for every name, so that it tells of none.</summary>
    public static string Refusal { get; } = $"The name or the password is wrong. After {MostWrong} wrong ones in a row an account is locked for {LockedFor.TotalMinutes} minutes.";

    /// <summary>Does the same work whether there is such an account or not, and whether it is locked or not.</summary>
    public async Task<SignInAnswer> TryPasswordAsync(string name, string password, string? address, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var account = await db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.Name == AccountName.Of(name), cancellationToken);
        var right = book.IsPassword(account, password);
        var needsCode = right && account!.TotpSecret is not null;
        if (needsCode && !IsLocked(account!)) return new SignInAnswer(null, tickets.For(account!));

        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        var counted = !right ? await BlameAsync(db, account?.Id) : !needsCode && await ForgiveAsync(db, account!.Id, step: null);
        var signedIn = right && counted;
        if (!signedIn) db.Add(Wrong(account, counted, address));
        else db.Add(audit.Entry(new Actor(account!.Name, address), AuditActions.SignIn));
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return new SignInAnswer(signedIn ? account : null, null);
    }

    /// <summary>The second half, for whoever gave the password and holds the ticket for it.</summary>
    public async Task<SignInAnswer> TryCodeAsync(string? ticket, string code, string? address)
    {
        if (tickets.Read(ticket) is not var (id, stamp)) return new SignInAnswer(null, null);
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        if (await db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.Id == id && a.SecurityStamp == stamp) is not { TotpSecret: not null } account) return new SignInAnswer(null, null);

        await using (var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None))
        {
            var step = codes.TryMatch(account, code);
            var recovered = step is null && await CodeBook.TryUseRecoveryAsync(db, id, code);
            if ((step is not null || recovered) && await ForgiveAsync(db, id, step))
            {
                db.Add(audit.Entry(new Actor(account.Name, address), AuditActions.SignIn, detail: new JsonObject { ["by"] = recovered ? "recovery code" : "code" }));
                await db.SaveChangesAsync(CancellationToken.None);
                await transaction.CommitAsync(CancellationToken.None);
                return new SignInAnswer(account, null);
            }
        }

        var counted = await BlameAsync(db, id);
        db.Add(Wrong(account, counted, address, "code"));
        await db.SaveChangesAsync(CancellationToken.None);
        return new SignInAnswer(null, counted && !IsLocked(await db.Accounts.AsNoTracking().FirstAsync(a => a.Id == id)) ? ticket : null);
    }

    /// <summary>Whether it is the account's password, for what asks for it again. Wrong ones count.</summary>
    public async Task<bool> IsOwnPasswordAsync(Entry account, string password)
    {
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        if (book.IsPassword(account, password)) return await ForgiveAsync(db, account.Id, step: null);
        await BlameAsync(db, account.Id);
        return false;
    }

    private bool IsLocked(Entry account) => account.LockedUntil > time.GetUtcNow();

    private AuditEntry Wrong(Entry? account, bool counted, string? address, string? what = null)
    {
        var until = account is null || !counted || account.FailedAttempts + 1 < MostWrong || account.LockedUntil is not null ? null : (DateTimeOffset?)time.GetUtcNow() + LockedFor;
        var detail = new JsonObject();
        if (what is not null) detail["what"] = what;
        if (until is { } locked) detail["locked_until"] = locked.ToString("O", CultureInfo.InvariantCulture);
        // A name that nobody has is not written down: it may be a password in the wrong field.
        return audit.Entry(new Actor(account?.Name, address), account is not null && !counted ? AuditActions.SignInLocked : AuditActions.SignInWrong, detail: detail.Count > 0 ? detail : null);
    }

    /// <summary>False where the account is locked, or the code's step was used already.</summary>
    private async Task<bool> ForgiveAsync(ChaffeeDbContext db, int id, long? step)
    {
        var now = time.GetUtcNow();
        return await db.Accounts.Where(a => a.Id == id && (a.LockedUntil == null || a.LockedUntil <= now) && (step == null || a.TotpLastStep == null || a.TotpLastStep < step))
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.FailedAttempts, 0).SetProperty(a => a.LockedUntil, (DateTimeOffset?)null)
                .SetProperty(a => a.TotpLastStep, a => step ?? a.TotpLastStep)) > 0;
    }

    /// <summary>False where there is no such account, or it is locked already.</summary>
    private async Task<bool> BlameAsync(ChaffeeDbContext db, int? id)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? until = now + LockedFor;
        return await db.Accounts.Where(a => a.Id == (id ?? 0) && (a.LockedUntil == null || a.LockedUntil <= now))
            .ExecuteUpdateAsync(set => set
                .SetProperty(a => a.FailedAttempts, a => a.LockedUntil != null ? 1 : a.FailedAttempts + 1)
                .SetProperty(a => a.LockedUntil, a => a.LockedUntil == null && a.FailedAttempts + 1 >= MostWrong ? until : null)) > 0;
    }
}

/// <summary>What a password or a code led to: an account that is signed in, a ticket for the code that is still needed, or neither.</summary>
internal sealed record SignInAnswer(Entry? Account, string? Ticket);

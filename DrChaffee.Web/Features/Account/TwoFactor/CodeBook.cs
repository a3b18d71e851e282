using System.Security.Cryptography;
using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Entry = DrChaffee.Domain.Accounts.Account;

namespace DrChaffee.Web.Features.Account.TwoFactor;

/// <summary>The second factor: a code of the phone, or one of ten from paper.</summary>
internal sealed class CodeBook(IDbContextFactory<ChaffeeDbContext> contexts, IDataProtectionProvider protection, TimeProvider time)
{
    private static readonly TimeSpan EnrolWithin = TimeSpan.FromMinutes(30);
    private readonly IDataProtector _secrets = protection.CreateProtector("DrChaffee.Account.Totp");
    private readonly ITimeLimitedDataProtector _offers = protection.CreateProtector("DrChaffee.Account.TotpOffer").ToTimeLimitedDataProtector();

    /// <summary>A new secret that a form carries until its first code is given.</summary>
    public string Offer() => _offers.Protect(Totp.NewSecret(), EnrolWithin);

    /// <summary>The secret that is offered; null where the offer is too old or not ours.</summary>
    public string? Secret(string? offer) => string.IsNullOrEmpty(offer) ? null : TryRead(() => _offers.Unprotect(offer));

    /// <summary>The step of a code that is right and new, otherwise null.</summary>
    public long? TryMatch(Entry account, string code) =>
        account.TotpSecret is { } kept && TryRead(() => _secrets.Unprotect(kept)) is { } secret ? Totp.TryMatch(secret, RecoveryCodes.Plain(code), time.GetUtcNow(), account.TotpLastStep) : null;

    /// <summary>From now on a code is needed; gives the ten for paper, which nobody can read again. Null where the code is wrong, or one is needed already.</summary>
    public async Task<IReadOnlyList<string>?> TurnOnAsync(int accountId, string secret, string code)
    {
        if (Totp.TryMatch(secret, RecoveryCodes.Plain(code), time.GetUtcNow(), lastStep: null) is not { } step) return null;
        var fresh = RecoveryCodes.New();
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        var kept = _secrets.Protect(secret);
        if (await db.Accounts.Where(a => a.Id == accountId && a.TotpSecret == null)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.TotpSecret, kept).SetProperty(a => a.TotpLastStep, (long?)step)) == 0) return null;
        db.AddRange(fresh.Select(paper => new RecoveryCode { AccountId = accountId, CodeHash = RecoveryCodes.Hash(paper) }));
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return fresh;
    }

    public static async Task TurnOffAsync(ChaffeeDbContext db, int accountId)
    {
        await db.RecoveryCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync(CancellationToken.None);
        await db.Accounts.Where(a => a.Id == accountId)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.TotpSecret, (string?)null).SetProperty(a => a.TotpLastStep, (long?)null), CancellationToken.None);
    }

    public async Task TurnOffAsync(int accountId)
    {
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        await TurnOffAsync(db, accountId);
    }

    public async Task<int> RecoveryCodesLeftAsync(int accountId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.RecoveryCodes.CountAsync(c => c.AccountId == accountId, cancellationToken);
    }

    /// <summary>Uses a code from paper up.</summary>
    public static async Task<bool> TryUseRecoveryAsync(ChaffeeDbContext db, int accountId, string code)
    {
        var hash = RecoveryCodes.Hash(code);
        return await db.RecoveryCodes.Where(c => c.AccountId == accountId && c.CodeHash == hash).ExecuteDeleteAsync(CancellationToken.None) > 0;
    }

    private static string? TryRead(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

using System.Security.Claims;
using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Data;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using Entry = DrChaffee.Domain.Accounts.Account;

namespace DrChaffee.Web.Features.Account;

/// <summary>Who is signed in, where. A cookie is worth something as long as its row is here and the account's password and role are the same.</summary>
internal sealed class Sessions(IDbContextFactory<ChaffeeDbContext> contexts, DatabaseState database, TimeProvider time)
{
    /// <summary>So long after the last visit one must sign in again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);
    private const string IdClaim = "session";
    private const int LongestDevice = 300;

    /// <summary>A visit is written down at most so often.</summary>
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    /// <summary>The session's number, as the cookie holds it; null for nobody.</summary>
    public static Guid? IdOf(ClaimsPrincipal? principal) => Guid.TryParse(principal?.FindFirstValue(IdClaim), out var id) ? id : null;

    public static string? AddressOf(HttpContext http) =>
        http.Connection.RemoteIpAddress is not { } address ? null : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    public async Task<ClaimsPrincipal> OpenAsync(Entry account, HttpContext http)
    {
        var (id, now, agent) = (Guid.NewGuid(), time.GetUtcNow(), http.Request.Headers.UserAgent.ToString());
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        db.Add(new AccountSession
        {
            Id = id,
            AccountId = account.Id,
            SecurityStamp = account.SecurityStamp,
            CreatedAt = now,
            LastSeenAt = now,
            Address = AddressOf(http),
            Device = agent is { Length: > LongestDevice } ? agent[..LongestDevice] : agent,
        });
        await db.SaveChangesAsync(CancellationToken.None);
        await db.Accounts.Where(a => a.Id == account.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.LastSignInAt, now), CancellationToken.None);
        return new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, account.Name), new Claim(ClaimTypes.Role, SnakeCase.Name(account.Role)), new Claim(IdClaim, id.ToString("N"))],
            CookieAuthenticationDefaults.AuthenticationScheme));
    }

    /// <summary>False once it was ended, the password or the role has changed, or the account is gone.</summary>
    public async Task<bool> IsOpenAsync(ClaimsPrincipal? principal, CancellationToken cancellationToken) => await FindAsync(principal, cancellationToken) is not null;

    /// <summary>As <see cref="IsOpenAsync"/>, and writes down that it was there.</summary>
    public async Task<bool> SeeAsync(ClaimsPrincipal? principal, HttpContext http)
    {
        if (await FindAsync(principal, http.RequestAborted) is not { } session) return false;
        var now = time.GetUtcNow();
        if (now - session.LastSeenAt < SeenEvery || await database.ModeAsync(http.RequestAborted) != DatabaseMode.Writable) return true;
        var (seen, address) = (now - SeenEvery, AddressOf(http));
        await using var db = await contexts.CreateDbContextAsync(http.RequestAborted);
        await db.AccountSessions.Where(s => s.Id == session.Id && s.LastSeenAt <= seen)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.LastSeenAt, now).SetProperty(s => s.Address, address), http.RequestAborted);
        return true;
    }

    /// <summary>The address that a session was last seen at.</summary>
    public async Task<string?> AddressOfAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) => (await FindAsync(principal, cancellationToken))?.Address;

    /// <summary>An account's open sessions, the one seen last first.</summary>
    public async Task<IReadOnlyList<AccountSession>> ListAsync(int accountId, CancellationToken cancellationToken)
    {
        var eldest = time.GetUtcNow() - Lifetime;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AccountSessions.Where(s => s.AccountId == accountId && s.LastSeenAt > eldest && s.SecurityStamp == s.Account!.SecurityStamp)
            .OrderByDescending(s => s.LastSeenAt).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>False where it was over already, or is another's.</summary>
    public async Task<bool> EndAsync(int accountId, Guid id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AccountSessions.Where(s => s.AccountId == accountId && s.Id == id).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    /// <summary>Gives how many were ended.</summary>
    public async Task<int> EndAllAsync(int accountId, Guid? kept, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AccountSessions.Where(s => s.AccountId == accountId && s.Id != kept).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Ends the session that a cookie holds.</summary>
    public async Task EndOwnAsync(ClaimsPrincipal principal)
    {
        if (IdOf(principal) is not { } id) return;
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        await db.AccountSessions.Where(s => s.Id == id).ExecuteDeleteAsync(CancellationToken.None);
    }

    private async Task<Seen?> FindAsync(ClaimsPrincipal? principal, CancellationToken cancellationToken)
    {
        if (IdOf(principal) is not { } id) return null;
        var (name, eldest) = (principal!.Identity?.Name, time.GetUtcNow() - Lifetime);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AccountSessions
            .Where(s => s.Id == id && s.LastSeenAt > eldest && s.SecurityStamp == s.Account!.SecurityStamp && s.Account.Name == name)
            .Select(s => new Seen(s.Id, s.LastSeenAt, s.Address)).FirstOrDefaultAsync(cancellationToken);
    }

    private sealed record Seen(Guid Id, DateTimeOffset LastSeenAt, string? Address);
}

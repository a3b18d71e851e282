using System.Security.Claims;
using System.Text.Json.Nodes;
using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using Microsoft.EntityFrameworkCore;
using Entry = DrChaffee.Domain.Accounts.Account;

namespace DrChaffee.Web.Features.Account.External;

/// <summary>Gives whom the provider vouches for the role that the settings say, each time anew.</summary>
internal sealed partial class ExternalAccounts(
    IDbContextFactory<ChaffeeDbContext> contexts, ChaffeeSettings settings, DatabaseState database, AccountBook book, Sessions sessions, AuditLog audit, TimeProvider time)
{
    /// <summary>Opens a session; null where nobody gave that person an account here.</summary>
    public async Task<ClaimsPrincipal?> EnterAsync(ClaimsPrincipal vouched, HttpContext http)
    {
        var address = Sessions.AddressOf(http);
        var name = AccountName.Of(vouched.FindFirstValue("email") ?? vouched.FindFirstValue("preferred_username") ?? vouched.FindFirstValue("sub"));
        if (await database.ModeAsync(http.RequestAborted) != DatabaseMode.Writable) return null;
        if (RoleOf(vouched, settings.Oidc!) is not { } role || vouched.FindFirst("sub") is not { } subject || await FindOrAddAsync($"{subject.Issuer} {subject.Value}", name, role) is not { } account)
        {
            await audit.WriteAsync(new Actor(name, address), AuditActions.SignInRefused, detail: ByProvider());
            return null;
        }

        await audit.WriteAsync(new Actor(account.Name, address), AuditActions.SignIn, detail: ByProvider());
        return await sessions.OpenAsync(account, http);
    }

    /// <summary>An address counts only where the provider says that it belongs to whoever signed in.</summary>
    internal static AccountRole? RoleOf(ClaimsPrincipal vouched, OidcSettings provider)
    {
        var roles = provider.RolesClaim is { } claim ? vouched.FindAll(claim).Select(c => c.Value).ToHashSet(StringComparer.OrdinalIgnoreCase) : [];
        var email = string.Equals(vouched.FindFirstValue("email_verified"), "true", StringComparison.OrdinalIgnoreCase) ? vouched.FindFirstValue("email") : null;
        if (roles.Contains(SnakeCase.Name(AccountRole.Admin)) || (email is not null && provider.AdminEmails.Contains(email))) return AccountRole.Admin;
        if (roles.Contains(SnakeCase.Name(AccountRole.Editor)) || (email is not null && provider.EditorEmails.Contains(email))) return AccountRole.Editor;
        return null;
    }

    /// <summary>Null where the name is another account's, which nobody may take over so.</summary>
    private async Task<Entry?> FindOrAddAsync(string externalId, string name, AccountRole role)
    {
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        var account = await db.Accounts.FirstOrDefaultAsync(a => a.ExternalId == externalId);
        if (account is null)
        {
            if (name.Length is 0 or > AccountName.Longest || await db.Accounts.AnyAsync(a => a.Name == name)) return null;
            db.Add(account = new Entry { Name = name, Role = role, PasswordHash = "", ExternalId = externalId, SecurityStamp = AccountBook.NewStamp(), UpdatedAt = time.GetUtcNow() });
        }
        else if (account.Role != role)
        {
            account.Role = role;
            await book.ChangeStampAsync(db, account, kept: null, CancellationToken.None);
        }

        await db.SaveChangesAsync(CancellationToken.None);
        return account;
    }

    private static JsonObject ByProvider() => new() { ["by"] = "provider" };

    [LoggerMessage(LogLevel.Warning, "The provider could not sign somebody in.")]
    internal static partial void LogFailed(ILogger logger, Exception? exception);
}

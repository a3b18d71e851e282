using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Audit;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Accounts;

/// <summary>Who may sign in. Plain forms: a link with a secret in it is shown once, in the answer to the form that asked for it.</summary>
public sealed partial class AccountsPage
{
    private IReadOnlyList<AccountState> _accounts = [];
    private string? _fault;
    private string? _told;
    private string? _link;

    [SupplyParameterFromForm(FormName = "add")] public NewAccount? New { get; set; }
    [CascadingParameter] private HttpContext? Http { get; set; }
    [Inject] private AccountBook Book { get; set; } = null!;
    [Inject] private AccountDesk Desk { get; set; } = null!;
    [Inject] private SetupTokens Tokens { get; set; } = null!;
    [Inject] private AuditLog Audit { get; set; } = null!;

    private Actor By => new(Http!.User.Identity?.Name, Sessions.AddressOf(Http));

    protected override async Task OnInitializedAsync() => _accounts = await Desk.ListAsync(Http!.RequestAborted);

    private Task AddAsync() => GuardAsync(async () =>
    {
        if (New is null) return;
        var added = await Desk.AddAsync(New.Name, New.Role == AccountActs.MakeAdmin ? AccountRole.Admin : AccountRole.Editor, password: null, By);
        _link = Address(await Tokens.IssueAsync(CancellationToken.None, added.Id));
        _told = $"{added.Name} is added.";
        New = null;
    });

    private Task ActAsync(string name) => GuardAsync(async () =>
    {
        switch (Http!.Request.Form["Act"].ToString())
        {
            case AccountActs.MakeAdmin:
                await Desk.ChangeRoleAsync(name, AccountRole.Admin, By);
                _told = $"{name} is an admin, and must sign in again.";
                break;
            case AccountActs.MakeEditor:
                await Desk.ChangeRoleAsync(name, AccountRole.Editor, By);
                _told = $"{name} is an editor, and must sign in again.";
                break;
            case AccountActs.Link:
                await LinkAsync(name);
                break;
            case AccountActs.Unlock:
                await Desk.UnlockAsync(name, twoFactorOff: false, By);
                _told = $"{name} is unlocked.";
                break;
            case AccountActs.TwoFactorOff:
                await Desk.UnlockAsync(name, twoFactorOff: true, By);
                _told = $"{name} signs in with the password alone.";
                break;
            case AccountActs.EndSessions:
                _told = $"{Spoken.Count(await Desk.EndSessionsAsync(name, By), "session", "sessions")} of {name} ended.";
                break;
            case AccountActs.Remove:
                await Desk.RemoveAsync(name, By);
                _told = $"{name} is removed.";
                break;
        }
    });

    private async Task LinkAsync(string name)
    {
        if (await Book.FindAsync(name, CancellationToken.None) is not { ExternalId: null } account) throw AccountDesk.NoSuch(name);
        _link = Address(await Tokens.IssueAsync(CancellationToken.None, account.Id));
        await Audit.WriteAsync(By, AuditActions.MakePasswordLink, name);
    }

    private string Address(string token) => $"{Http!.Request.Scheme}://{Http.Request.Host}{SetupTokens.PathOf(token)}";

    private async Task GuardAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (AccountException ex)
        {
            _fault = ex.Message;
        }

        _accounts = await Desk.ListAsync(CancellationToken.None);
    }

    /// <summary>What the form holds.</summary>
    public sealed class NewAccount
    {
        public string Name { get; set; } = "";
        public string Role { get; set; } = AccountActs.MakeEditor;
    }
}

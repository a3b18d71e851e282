using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Audit;
using DrChaffee.Web.Features.Account.TwoFactor;
using Microsoft.AspNetCore.Components;
using Entity = DrChaffee.Domain.Accounts.Account;

namespace DrChaffee.Web.Features.Account;

/// <summary>One's own account: the password, the second factor, and where one is signed in.</summary>
public sealed partial class OwnPage
{
    public const string TwoFactorPath = "/account/two-factor";
    private const string WrongPassword = "The password is wrong, or there were too many wrong ones.";

    private Entity? _account;
    private IReadOnlyList<AccountSession> _sessions = [];
    private Guid? _own;
    private int _codesLeft;
    private string? _told;
    private string? _fault;
    private string? _offFault;

    [SupplyParameterFromForm(FormName = "password")] public NewPassword? Entry { get; set; }
    [SupplyParameterFromForm(FormName = "two-factor-off")] public OldPassword? Off { get; set; }
    [CascadingParameter] private HttpContext? Http { get; set; }
    [Inject] private AccountBook Book { get; set; } = null!;
    [Inject] private AccountDesk Accounts { get; set; } = null!;
    [Inject] private SignInDesk SignIn { get; set; } = null!;
    [Inject] private Sessions Sessions { get; set; } = null!;
    [Inject] private CodeBook Codes { get; set; } = null!;
    [Inject] private AuditLog Audit { get; set; } = null!;

    private Actor Self => new(_account!.Name, Sessions.AddressOf(Http!));

    protected override async Task OnInitializedAsync()
    {
        _own = Sessions.IdOf(Http!.User);
        await ReadAsync();
    }

    private async Task ReadAsync()
    {
        _account = await Book.FindAsync(Http!.User.Identity?.Name, Http.RequestAborted);
        if (_account is null) return;
        _sessions = await Sessions.ListAsync(_account.Id, Http.RequestAborted);
        _codesLeft = _account.TotpSecret is null ? 0 : await Codes.RecoveryCodesLeftAsync(_account.Id, Http.RequestAborted);
    }

    private async Task ChangeAsync()
    {
        if (_account is null || Entry is null) return;
        _fault = Entry.Fault;
        if (_fault is null && !await SignIn.IsOwnPasswordAsync(_account, Entry.Current)) _fault = WrongPassword;
        if (_fault is not null) return;
        await Accounts.SetPasswordAsync(_account.Name, Entry.Password, Self, _own);
        _told = "The password is changed; everywhere else you are signed out.";
        await ReadAsync();
    }

    private async Task TurnOffAsync()
    {
        if (_account is null || Off is null) return;
        _offFault = await SignIn.IsOwnPasswordAsync(_account, Off.Password) ? null : WrongPassword;
        if (_offFault is not null) return;
        await Codes.TurnOffAsync(_account.Id);
        await Audit.WriteAsync(Self, AuditActions.TwoFactorOff, _account.Name);
        _told = "Two-factor sign-in is off: the password is enough.";
        await ReadAsync();
    }

    private async Task EndAsync(Guid id)
    {
        if (_account is null) return;
        if (await Sessions.EndAsync(_account.Id, id, CancellationToken.None)) await Audit.WriteAsync(Self, AuditActions.EndSession, _account.Name);
        _told = "That one is signed out.";
        await ReadAsync();
    }

    private async Task EndOthersAsync()
    {
        if (_account is null) return;
        await Accounts.EndSessionsAsync(_account.Name, Self, _own);
        _told = "Everywhere else you are signed out.";
        await ReadAsync();
    }

    /// <summary>What the form that turns the second factor off holds.</summary>
    public sealed class OldPassword
    {
        public string Password { get; set; } = "";
    }
}

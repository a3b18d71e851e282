using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Account;

/// <summary>Whoever can read the server's log sets the first password; whoever got a link from an admin sets their own.</summary>
public sealed partial class SetupPage
{
    private string? _name;
    private string? _fault;

    [SupplyParameterFromForm(FormName = "setup")] public NewPassword? Entry { get; set; }
    [SupplyParameterFromQuery(Name = "token")] public string? Token { get; set; }
    [CascadingParameter] private HttpContext? Http { get; set; }
    [Inject] private AccountBook Book { get; set; } = null!;
    [Inject] private SetupTokens Tokens { get; set; } = null!;
    [Inject] private Sessions Sessions { get; set; } = null!;
    [Inject] private AuditLog Audit { get; set; } = null!;
    [Inject] private DatabaseState Database { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync() =>
        _name = await Database.ModeAsync(Http!.RequestAborted) == DatabaseMode.ReadOnly ? null : await Tokens.FindAsync(Token, Http!.RequestAborted);

    private async Task SetAsync()
    {
        if (_name is null || Entry is null) return;
        _fault = Entry.Fault;
        if (_fault is not null) return;
        _name = await Tokens.TryUseAsync(Token!, Http!.RequestAborted);
        if (_name is null) return;

        var account = await Book.SetPasswordAsync(_name, Entry.Password, CancellationToken.None);
        var by = new Actor(account.Name, Sessions.AddressOf(Http));
        await Audit.WriteAsync(by, AuditActions.SetPassword, account.Name);
        if (account.TotpSecret is not null)
        {
            Navigation.NavigateTo(AccountServices.SignInPath); // the code is still asked for
            return;
        }

        await Audit.WriteAsync(by, AuditActions.SignIn);
        await Http.SignInAsync(await Sessions.OpenAsync(account, Http), new AuthenticationProperties { IsPersistent = true });
        Navigation.NavigateTo("/admin");
    }
}

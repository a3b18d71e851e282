using DrChaffee.Domain.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Account;

/// <summary>The first run: whoever can read the server's log sets the first password.</summary>
public sealed partial class SetupPage
{
    private bool _good;
    private string? _fault;

    [SupplyParameterFromForm(FormName = "setup")] public NewPassword? Entry { get; set; }
    [SupplyParameterFromQuery(Name = "token")] public string? Token { get; set; }
    [CascadingParameter] private HttpContext? Http { get; set; }
    [Inject] private AccountBook Book { get; set; } = null!;
    [Inject] private SetupTokens Tokens { get; set; } = null!;
    [Inject] private DatabaseState Database { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync() =>
        _good = await Database.ModeAsync(Http!.RequestAborted) != DatabaseMode.ReadOnly && await Tokens.IsGoodAsync(Token, Http!.RequestAborted);

    private async Task SetAsync()
    {
        if (!_good || Entry is null) return;
        _fault = Entry switch
        {
            { Password.Length: < AccountBook.ShortestPassword } => $"Write at least {AccountBook.ShortestPassword} characters.",
            { Password.Length: > 200 } => "Write at most 200 characters.",
            _ when Entry.Password != Entry.Again => "The two differ; write the same twice.",
            _ => null,
        };
        if (_fault is not null) return;
        if (!await Tokens.TryUseAsync(Token!, Http!.RequestAborted))
        {
            _good = false;
            return;
        }

        await Http.SignInAsync(await Book.SetPasswordAsync(AccountBook.Admin, Entry.Password, CancellationToken.None), new AuthenticationProperties { IsPersistent = true });
        Navigation.NavigateTo("/admin");
    }

    /// <summary>What the form holds.</summary>
    public sealed class NewPassword
    {
        public string Password { get; set; } = "";
        public string Again { get; set; } = "";
    }
}

using DrChaffee.Domain.Audit;
using Microsoft.AspNetCore.Components;
using Entity = DrChaffee.Domain.Accounts.Account;

namespace DrChaffee.Web.Features.Account.TwoFactor;

/// <summary>Sets up the second factor. The form carries the secret, encrypted, until the first code proves that an app has it.</summary>
public sealed partial class TwoFactorPage
{
    private Entity? _account;
    private IReadOnlyList<string>? _codes;
    private string? _offer;
    private string? _secret;
    private string? _fault;

    [SupplyParameterFromForm(FormName = "enrol")] public FirstCode? Entry { get; set; }
    [CascadingParameter] private HttpContext? Http { get; set; }
    [Inject] private AccountBook Book { get; set; } = null!;
    [Inject] private CodeBook Codes { get; set; } = null!;
    [Inject] private AuditLog Audit { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        _account = await Book.FindAsync(Http!.User.Identity?.Name, Http.RequestAborted);
        _secret = Codes.Secret(Entry?.Offer);
        _offer = _secret is null ? Codes.Offer() : Entry!.Offer;
        _secret ??= Codes.Secret(_offer);
    }

    private async Task TurnOnAsync()
    {
        if (_account is not { ExternalId: null, TotpSecret: null } || _secret is null || Entry is null) return;
        _codes = await Codes.TurnOnAsync(_account.Id, _secret, Entry.Code);
        if (_codes is null) _fault = "That is not the code of this secret now. Check that the phone's clock is right.";
        else await Audit.WriteAsync(new Actor(_account.Name, Sessions.AddressOf(Http!)), AuditActions.TwoFactorOn, _account.Name);
    }

    /// <summary>What the form holds.</summary>
    public sealed class FirstCode
    {
        public string Offer { get; set; } = "";
        public string Code { get; set; } = "";
    }
}

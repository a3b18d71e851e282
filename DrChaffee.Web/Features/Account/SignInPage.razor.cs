using DrChaffee.Domain.Data;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Account;

/// <summary>A plain form: it works without script and without a circuit.</summary>
public sealed partial class SignInPage
{
    private string? _fault;
    private string? _closed;

    [SupplyParameterFromForm(FormName = "sign-in")] public Credentials? Entry { get; set; }
    [SupplyParameterFromQuery(Name = "return")] public string? Return { get; set; }
    [CascadingParameter] private HttpContext? Http { get; set; }
    [Inject] private AccountBook Book { get; set; } = null!;
    [Inject] private SignInThrottle Throttle { get; set; } = null!;
    [Inject] private DatabaseState Database { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        if (await Database.ModeAsync(Http!.RequestAborted) == DatabaseMode.ReadOnly)
            _closed = "The database of this machine can only be read, so nobody can sign in here. Use the machine that ingests.";
        else if (!await Book.AnyAsync(Http.RequestAborted))
            _closed = "No password has been set yet. The server's log holds a link to the page that sets it.";
    }

    private async Task SignInAsync()
    {
        if (_closed is not null || Entry is null) return;
        var address = Http!.Connection.RemoteIpAddress;
        if (!Throttle.TryBegin(address, out var wait))
        {
            Http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            _fault = $"Too many attempts. Try again in {Spoken.Length(Math.Ceiling(wait.TotalSeconds))}.";
            return;
        }

        if (await Book.TrySignInAsync(Entry.Name.Trim(), Entry.Password, Http.RequestAborted) is not { } principal)
        {
            _fault = "The name or the password is wrong.";
            return;
        }

        Throttle.Succeeded(address);
        await Http.SignInAsync(principal, new AuthenticationProperties { IsPersistent = true });
        Navigation.NavigateTo(ReturnPath.OrDashboard(Return));
    }

    /// <summary>What the form holds.</summary>
    public sealed class Credentials
    {
        public string Name { get; set; } = "";
        public string Password { get; set; } = "";
    }
}

using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Account;

/// <summary>A plain form, and a second one for the code where the account asks for it: they work without script and without a circuit.</summary>
public sealed partial class SignInPage
{
    private string? _fault;
    private string? _closed;
    private string? _ticket;
    private bool _readOnly;

    [SupplyParameterFromForm(FormName = "sign-in")] public Credentials? Entry { get; set; }
    [SupplyParameterFromForm(FormName = "code")] public SecondFactor? Second { get; set; }
    [SupplyParameterFromQuery(Name = "return")] public string? Return { get; set; }

    /// <summary>Set where the provider failed.</summary>
    [SupplyParameterFromQuery(Name = "provider")] public string? Provider { get; set; }
    [CascadingParameter] private HttpContext? Http { get; set; }
    [Inject] private AccountBook Book { get; set; } = null!;
    [Inject] private SignInDesk Desk { get; set; } = null!;
    [Inject] private Sessions Sessions { get; set; } = null!;
    [Inject] private SignInThrottle Throttle { get; set; } = null!;
    [Inject] private ChaffeeSettings Settings { get; set; } = null!;
    [Inject] private DatabaseState Database { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        _readOnly = await Database.ModeAsync(Http!.RequestAborted) == DatabaseMode.ReadOnly;
        if (_readOnly)
            _closed = "The database of this machine can only be read, so nobody can sign in here. Use the machine that ingests.";
        else if (!await Book.AnyAsync(Http.RequestAborted))
            _closed = "No password has been set yet. The server's log holds a link to the page that sets it.";
        if (_closed is null && Second is not null) _ticket = Second.Ticket; // the form must be there to be answered
    }

    private Task SignInAsync() => _closed is not null || Entry is null ? Task.CompletedTask : TryAsync(
        () => Desk.TryPasswordAsync(Entry.Name, Entry.Password, Sessions.AddressOf(Http!), Http!.RequestAborted), SignInDesk.Refusal);

    private Task CodeAsync() => _closed is not null || Second is null ? Task.CompletedTask : TryAsync(
        () => Desk.TryCodeAsync(Second.Ticket, Second.Code, Sessions.AddressOf(Http!)), "The code is wrong, was used already, or came too late.");

    private async Task TryAsync(Func<Task<SignInAnswer>> attempt, string refusal)
    {
        var address = Http!.Connection.RemoteIpAddress;
        if (!Throttle.TryBegin(address, out var wait))
        {
            Http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            _fault = $"Too many attempts. Try again in {Spoken.Length(Math.Ceiling(wait.TotalSeconds))}.";
            return;
        }

        var answer = await attempt();
        _ticket = answer.Ticket;
        if (answer.Account is not { } account)
        {
            _fault = _ticket is null || Second is not null ? refusal : null;
            return;
        }

        Throttle.Succeeded(address);
        await Http.SignInAsync(await Sessions.OpenAsync(account, Http), new AuthenticationProperties { IsPersistent = true });
        Navigation.NavigateTo(ReturnPath.OrDashboard(Return));
    }

    /// <summary>What the form holds.</summary>
    public sealed class Credentials
    {
        public string Name { get; set; } = "";
        public string Password { get; set; } = "";
    }

    /// <summary>What the second form holds.</summary>
    public sealed class SecondFactor
    {
        public string Ticket { get; set; } = "";
        public string Code { get; set; } = "";
    }
}

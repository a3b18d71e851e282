using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace DrChaffee.Web.Features.Account;

/// <summary>Ends what an open page may do within a minute of a password change; requests are checked one by one.</summary>
internal sealed class SessionWatch(ILoggerFactory loggers, AccountBook book) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(1);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        book.IsCurrentAsync(authenticationState.User, cancellationToken);
}

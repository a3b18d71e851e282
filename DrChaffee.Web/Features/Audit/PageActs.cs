using System.Text.Json.Nodes;
using DrChaffee.Domain.Audit;
using DrChaffee.Web.Features.Account;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;

namespace DrChaffee.Web.Features.Audit;

/// <summary>What somebody does on an open page: whether they may, and the entry in the audit log. Programs' calls are written down by <see cref="AdminCallAudit"/>.</summary>
internal sealed class PageActs(AuthenticationStateProvider session, IAuthorizationService authorization, Sessions sessions, AuditLog audit)
{
    /// <param name="right">One of <see cref="Rights"/>.</param>
    public async Task<bool> MayAsync(string right) => (await authorization.AuthorizeAsync((await session.GetAuthenticationStateAsync()).User, right)).Succeeded;

    /// <param name="action">As the HTTP interface names it, in snake_case: <c>pause_channel</c>.</param>
    /// <param name="subject">What it was done to.</param>
    public async Task NoteAsync(string action, string? subject = null, JsonObject? detail = null)
    {
        var user = (await session.GetAuthenticationStateAsync()).User;
        await audit.WriteAsync(new Actor(user.Identity?.Name, await sessions.AddressOfAsync(user, CancellationToken.None)), action, subject, detail);
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using DrChaffee.Domain.Audit;
using DrChaffee.Domain.Library;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace DrChaffee.Web.Features.Audit;

/// <summary>The audit log, narrowed by who and what; the address holds both.</summary>
public sealed partial class AuditPage
{
    private const int PageSize = 50;

    private Page<AuditRecord> _page = new(0, []);
    private IReadOnlyList<string> _people = [];
    private IReadOnlyList<string> _actions = [];

    [SupplyParameterFromQuery(Name = "who")] public string? Who { get; set; }
    [SupplyParameterFromQuery(Name = "action")] public string? Action { get; set; }
    [SupplyParameterFromQuery(Name = "page")] public string? PageText { get; set; }
    [CascadingParameter] private HttpContext? Http { get; set; }

    private int Page => int.TryParse(PageText, NumberStyles.None, CultureInfo.InvariantCulture, out var page) ? Math.Clamp(page, 1, 1_000_000) : 1;

    protected override async Task OnInitializedAsync()
    {
        _page = await Log.ListAsync(Plain(Who), Plain(Action), PageSize, (Page - 1) * PageSize, Http!.RequestAborted);
        (_people, _actions) = await Log.NamesAsync(Http.RequestAborted);
    }

    private static string? Plain(string? text) => string.IsNullOrEmpty(text) ? null : text.Replace('\0', ' ');

    private string Address(int page) => QueryHelpers.AddQueryString("/admin/audit", new Dictionary<string, string?>
    {
        ["who"] = Plain(Who),
        ["action"] = Plain(Action),
        ["page"] = page > 1 ? page.ToString(CultureInfo.InvariantCulture) : null,
    });

    private static string Words(string action) => action.Replace('_', ' ');

    private static string Colour(string action) => action is AuditActions.SignInWrong or AuditActions.SignInLocked or AuditActions.SignInRefused ? "state-failed" : "";

    private static string Told(JsonNode? detail) => detail is JsonObject parts ? string.Join(", ", parts.Select(part => $"{Words(part.Key)} {part.Value?.ToString()}")) : "";
}

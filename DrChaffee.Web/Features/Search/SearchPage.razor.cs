using System.Globalization;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Api;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Search;

/// <summary>The first page: one box; and what it finds.</summary>
public sealed partial class SearchPage
{
    private const int PageSize = 10;
    private const int LastPage = 1000;

    private IReadOnlyList<string> _examples = [];
    private IReadOnlyList<RecordingHits> _recordings = [];
    private LibraryCounts? _counts;
    private SearchResponse? _found;
    private SourceSummary? _only;
    private string? _missing;
    private string? _fault;
    private int _page = 1;
    private int _pages;

    [SupplyParameterFromQuery(Name = "q")] public string? Q { get; set; }
    [SupplyParameterFromQuery(Name = "page")] public string? PageNumber { get; set; }
    [SupplyParameterFromQuery(Name = "source")] public string? Source { get; set; }
    [CascadingParameter] private HttpContext? Http { get; set; }

    private bool Asked => Question.Length > 0;

    private string Question { get; set; } = "";

    private string Told => _found switch
    {
        null or { Total: 0 } => $"Nothing was found for “{Question}”.",
        { Total: var total } => $"{Spoken.Count(total, "passage", "passages")} in {Math.Max(1, Math.Round(_found.TookMs)):N0} ms",
    };

    protected override async Task OnParametersSetAsync()
    {
        var cancellationToken = Http?.RequestAborted ?? CancellationToken.None;
        var reader = new ParameterReader();
        Question = reader.Text("q", Q) ?? "";
        _fault = reader.Fault;
        _page = reader.Number("page", PageNumber, 1, 1, LastPage);
        if (Asked) await SearchAsync(cancellationToken);
        if (_recordings.Count > 0) return;
        _examples = await Examples.GetAsync(cancellationToken);
        _counts = await Library.CountsAsync(cancellationToken);
    }

    private async Task SearchAsync(CancellationToken cancellationToken)
    {
        _found = await Search.FindAsync(
            new SearchRequest(Question) { Take = PageSize, Skip = (_page - 1) * PageSize, Filter = new SourceFilter(SourceKey: Source) }, cancellationToken);
        _recordings = RecordingHits.Group(_found.Results);
        _missing = LegsSentence.For(_found.Legs);
        _pages = (_found.Total + PageSize - 1) / PageSize;
        if (Source is { Length: > 0 }) _only = await Library.FindAsync(Source, cancellationToken);
    }

    private static string Held(double hours) =>
        hours >= 1.5 ? string.Create(CultureInfo.InvariantCulture, $"{hours:N0} hours of talk") : $"{Spoken.Length(hours * 3600)} of talk";

    private static string Address(string question, string? source = null, int page = 1) =>
        $"/?q={Uri.EscapeDataString(question)}{(source is { Length: > 0 } ? $"&source={Uri.EscapeDataString(source)}" : "")}{(page > 1 ? string.Create(CultureInfo.InvariantCulture, $"&page={page}") : "")}";
}

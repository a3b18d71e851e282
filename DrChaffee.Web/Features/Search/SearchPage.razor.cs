using System.Globalization;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Search;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Search;

/// <summary>The first page: one box; and what it finds. A script swaps the parts that are marked as such for those of the next address.</summary>
public sealed partial class SearchPage
{
    public const int PageSize = 10;
    private const int LongestHeading = 120;

    /// <summary>Stands in the address while the last word is being typed; no link and no form sends it.</summary>
    private const string Unfinished = "unfinished";

    private IReadOnlyList<string> _examples = [];
    private LibraryCounts? _counts;
    private SearchResponse? _found;
    private SourceSummary? _only;
    private string? _fault;
    private string? _reading;

    [CascadingParameter] private HttpContext Http { get; set; } = null!;

    private SearchAddress Address { get; set; } = new("");

    private bool Asked => Address.Question.Length > 0;

    private string Shortened => Address.Question.Length <= LongestHeading ? Address.Question : $"{Address.Question[..LongestHeading]}…";

    protected override async Task OnInitializedAsync()
    {
        var cancellationToken = Http.RequestAborted;
        Address = SearchAddress.Read(Http.Request.Query, out _fault);
        if (Asked && Http.Request.Query.ContainsKey(Unfinished)) await CompleteAsync(cancellationToken);
        if (Asked) await SearchAsync(cancellationToken);
        if (_found?.Results.Count > 0) return;
        _examples = await Examples.GetAsync(cancellationToken);
        _counts = await Library.CountsAsync(cancellationToken);
    }

    private async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (await Suggestions.GuessAsync(Address.Question, cancellationToken) is not { } guess) return;
        var last = Suggestions.LastWord(Address.Question);
        Address = Address with { Question = Address.Question[..^last.Length] + guess };
        _reading = $"“{last}” read as “{guess}”";
    }

    private async Task SearchAsync(CancellationToken cancellationToken)
    {
        _found = await Search.FindAsync(
            new SearchRequest(Address.Question)
            {
                Take = PageSize,
                Skip = (Address.Page - 1) * PageSize,
                Filter = Address.Filter,
                Sort = Address.Sort,
                WithFacets = true,
            },
            cancellationToken);
        if (Address.Source is { } key) _only = await Library.FindAsync(key, cancellationToken);
    }

    private static string Held(double hours) =>
        hours >= 1.5 ? string.Create(CultureInfo.InvariantCulture, $"{hours:N0} hours of talk") : $"{Spoken.Length(hours * 3600)} of talk";
}

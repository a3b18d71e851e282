using System.Globalization;
using DrChaffee.Domain.Library;
using DrChaffee.Web.Features.Api;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace DrChaffee.Web.Features.Library;

/// <summary>All recordings, narrowed and ordered by the address.</summary>
public sealed partial class LibraryPage
{
    private const int PageSize = 24;

    private Page<SourceSummary> _list = new(0, []);
    private IReadOnlyList<ChannelSummary> _channels = [];
    private IReadOnlyList<string> _speakers = [];
    private LibraryFilter _filter = new();
    private int _page = 1;
    private int _pages;

    [SupplyParameterFromQuery(Name = "q")] public string? Q { get; set; }
    [SupplyParameterFromQuery(Name = "channel")] public string? Channel { get; set; }
    [SupplyParameterFromQuery(Name = "speaker")] public string? Speaker { get; set; }
    [SupplyParameterFromQuery(Name = "order")] public string? Order { get; set; }
    [SupplyParameterFromQuery(Name = "page")] public string? PageNumber { get; set; }
    [CascadingParameter] private HttpContext? Http { get; set; }

    private bool IsNarrowed => _filter is not { Query: null, Channel: null, Speaker: null };

    private string Told => Spoken.Count(_list.Total, "recording", "recordings");

    protected override async Task OnParametersSetAsync()
    {
        var cancellationToken = Http?.RequestAborted ?? CancellationToken.None;
        var reader = new ParameterReader();
        _page = reader.Number("page", PageNumber, 1, 1, 10_000);
        _filter = new LibraryFilter
        {
            Query = reader.Text("q", Q),
            Channel = reader.Text("channel", Channel),
            Speaker = reader.Text("speaker", Speaker),
            WithoutFailed = true,
            Order = reader.Choice("order", Order, LibraryOrder.Newest),
            Take = PageSize,
            Skip = (_page - 1) * PageSize,
        };
        _list = await Library.ListAsync(_filter, cancellationToken);
        _pages = (_list.Total + PageSize - 1) / PageSize;
        _channels = await Library.ChannelsAsync(cancellationToken);
        _speakers = await Library.SpeakersAsync(cancellationToken);
    }

    private string Address(int page) => QueryHelpers.AddQueryString("/library", new Dictionary<string, string?>
    {
        ["q"] = _filter.Query,
        ["channel"] = _filter.Channel,
        ["speaker"] = _filter.Speaker,
        ["order"] = _filter.Order == LibraryOrder.Newest ? null : Domain.Data.SnakeCase.Name(_filter.Order),
        ["page"] = page == 1 ? null : page.ToString(CultureInfo.InvariantCulture),
    });
}

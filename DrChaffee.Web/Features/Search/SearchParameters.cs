using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Mvc;

namespace DrChaffee.Web.Features.Search;

/// <summary>A search as an address writes it.</summary>
internal sealed record SearchParameters(
    [property: FromQuery(Name = "q"), Description("The question, in words; at most 10,000 characters.")] string? Q,
    [property: FromQuery(Name = "mode"), Description("hybrid (the default), semantic or keyword.")] string? Mode,
    [property: FromQuery(Name = "take"), Description("How many results, 1 to 100; 20 without it.")] string? Take,
    [property: FromQuery(Name = "skip"), Description("How many results to pass over.")] string? Skip,
    [property: FromQuery(Name = "channel"), Description("Only recordings of this channel: its title or address.")] string? Channel,
    [property: FromQuery(Name = "speaker"), Description("Only passages that this person speaks.")] string? Speaker,
    [property: FromQuery(Name = "from"), Description("The earliest day of publication, as 2024-12-31.")] string? From,
    [property: FromQuery(Name = "to"), Description("The latest day of publication, as 2024-12-31.")] string? To,
    [property: FromQuery(Name = "source"), Description("Only the recording with this key.")] string? Source,
    [property: FromQuery(Name = "sort"), Description("relevance (the default), newest or oldest.")] string? Sort,
    [property: FromQuery(Name = "facets"), Description("true counts the channels, speakers and years among the results; false without it.")] string? Facets)
{
    public bool TryRead(out SearchRequest request, [NotNullWhen(false)] out string? fault)
    {
        var reader = new ParameterReader();
        request = new SearchRequest(reader.RequiredQuestion("q", Q))
        {
            Mode = reader.Choice("mode", Mode, SearchMode.Hybrid),
            Take = reader.Number("take", Take, 20, 1, 100),
            Skip = reader.Number("skip", Skip, 0, 0, 1_000_000),
            Sort = reader.Choice("sort", Sort, SearchSort.Relevance),
            WithFacets = reader.Flag("facets", Facets),
            Filter = new SourceFilter(
                reader.Text("channel", Channel), reader.Text("speaker", Speaker), reader.Day("from", From), reader.Day("to", To), reader.Text("source", Source)),
        };
        fault = reader.Fault ?? (request.Filter is { From: { } from, To: { } to } && from > to ? "from is later than to; write the earlier day first." : null);
        return fault is null;
    }
}

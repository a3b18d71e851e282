using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Mvc;

namespace DrChaffee.Web.Features.Lab;

/// <summary>A question to the lab as an address writes it; the settings stand beside it, each under its own name.</summary>
internal sealed record LabParameters(
    HttpRequest Request,
    [property: FromQuery(Name = "q"), Description("The query, in words.")] string? Q,
    [property: FromQuery(Name = "channel"), Description("Only recordings of this channel: its title or address.")] string? Channel,
    [property: FromQuery(Name = "speaker"), Description("Only passages that this person speaks.")] string? Speaker,
    [property: FromQuery(Name = "from"), Description("The earliest day of publication, as 2024-12-31.")] string? From,
    [property: FromQuery(Name = "to"), Description("The latest day of publication, as 2024-12-31.")] string? To,
    [property: FromQuery(Name = "source"), Description("Only the recording with this key.")] string? Source,
    [property: FromQuery(Name = "take"), Description("How many of each leg and of the results, 1 to 100; 10 without it.")] string? Take)
{
    public bool TryRead(out SearchRequest request, out int take, [NotNullWhen(false)] out string? fault)
    {
        var reader = new ParameterReader();
        take = reader.Number("take", Take, 10, 1, 100);
        request = new SearchRequest(reader.RequiredQuestion("q", Q))
        {
            Filter = new SourceFilter(reader.Text("channel", Channel), reader.Text("speaker", Speaker), reader.Day("from", From), reader.Day("to", To), reader.Text("source", Source)),
            Tuning = TuningText.Read(reader, name => Request.Query[name]),
        };
        fault = reader.Fault ?? (request.Filter is { From: { } from, To: { } to } && from > to ? "from is later than to; write the earlier day first." : null);
        return fault is null;
    }
}

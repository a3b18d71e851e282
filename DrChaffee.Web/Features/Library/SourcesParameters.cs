using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Sources;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Mvc;

namespace DrChaffee.Web.Features.Library;

/// <summary>A page of the library as an address writes it.</summary>
internal sealed record SourcesParameters(
    [property: FromQuery(Name = "q"), Description("Words that the title, the channel or the speakers hold.")] string? Q,
    [property: FromQuery(Name = "channel"), Description("The channel's title or address.")] string? Channel,
    [property: FromQuery(Name = "speaker"), Description("A speaker's name.")] string? Speaker,
    [property: FromQuery(Name = "state"), Description("queued, working, waiting, done or failed.")] string? State,
    [property: FromQuery(Name = "order"), Description("newest (the default), oldest, title or longest.")] string? Order,
    [property: FromQuery(Name = "take"), Description("How many, 1 to 100; 24 without it.")] string? Take,
    [property: FromQuery(Name = "skip"), Description("How many to pass over.")] string? Skip)
{
    public bool TryRead(out LibraryFilter filter, [NotNullWhen(false)] out string? fault)
    {
        var reader = new ParameterReader();
        filter = new LibraryFilter
        {
            Query = reader.Text("q", Q),
            Channel = reader.Text("channel", Channel),
            Speaker = reader.Text("speaker", Speaker),
            State = reader.Choice<SourceState>("state", State),
            WithoutFailed = true,
            Order = reader.Choice("order", Order, LibraryOrder.Newest),
            Take = reader.Number("take", Take, 24, 1, 100),
            Skip = reader.Number("skip", Skip, 0, 0, 1_000_000),
        };
        fault = reader.Fault;
        return fault is null;
    }
}

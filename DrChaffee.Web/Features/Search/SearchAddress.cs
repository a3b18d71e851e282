using System.Globalization;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Api;

namespace DrChaffee.Web.Features.Search;

/// <summary>A search as the address of the page holds it: the whole state of that page.</summary>
public sealed record SearchAddress(string Question)
{
    private const int LastPage = 1000;

    public string? Channel { get; init; }
    public string? Speaker { get; init; }
    public int? Year { get; init; }
    public string? Source { get; init; }
    public SearchSort Sort { get; init; } = SearchSort.Relevance;
    public int Page { get; init; } = 1;

    public bool IsNarrowed => (Channel, Speaker, Year, Source) != (null, null, null, null);

    public SourceFilter Filter => new(
        Channel, Speaker, Year is { } first ? new DateOnly(first, 1, 1) : null, Year is { } last ? new DateOnly(last, 12, 31) : null, Source);

    /// <summary>What a new question keeps of the one before.</summary>
    public IEnumerable<(string Name, string Value)> Kept
    {
        get
        {
            if (Channel is not null) yield return ("channel", Channel);
            if (Speaker is not null) yield return ("speaker", Speaker);
            if (Year is { } year) yield return ("year", year.ToString(CultureInfo.InvariantCulture));
            if (Source is not null) yield return ("source", Source);
            if (Sort != SearchSort.Relevance) yield return ("sort", SnakeCase.Name(Sort));
        }
    }

    /// <summary>Reads what can be used and leaves out the rest: an odd address still gives a page.</summary>
    internal static SearchAddress Read(IQueryCollection query, out string? fault)
    {
        var reader = new ParameterReader();
        var question = reader.Question("q", query["q"]) ?? "";
        fault = reader.Fault;
        return new SearchAddress(question)
        {
            Channel = reader.Text("channel", query["channel"]),
            Speaker = reader.Text("speaker", query["speaker"]),
            Year = reader.Number("year", query["year"], 0, 1, 9999) is > 0 and var year ? year : null,
            Source = reader.Text("source", query["source"]),
            Sort = reader.Choice("sort", query["sort"], SearchSort.Relevance),
            Page = reader.Number("page", query["page"], 1, 1, LastPage),
        };
    }

    public override string ToString()
    {
        IEnumerable<(string Name, string Value)> parts = [("q", Question), .. Kept];
        if (Page > 1) parts = parts.Append(("page", Page.ToString(CultureInfo.InvariantCulture)));
        return "/?" + string.Join('&', parts.Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value)}"));
    }
}

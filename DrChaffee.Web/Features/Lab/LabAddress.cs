using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.WebUtilities;

namespace DrChaffee.Web.Features.Lab;

/// <summary>The state of the lab as its address holds it, so that it can be sent to someone and outlives a reload.</summary>
public sealed record LabAddress
{
    public const string Path = "/admin/lab";

    public string Query { get; init; } = "";
    public string? Channel { get; init; }
    public string? Speaker { get; init; }
    public DateOnly? From { get; init; }
    public DateOnly? To { get; init; }
    public string? Source { get; init; }
    public LabView View { get; init; } = LabView.Legs;
    public SearchTuning Tuning { get; init; } = SearchTuning.Shipped;

    public bool IsNarrowed => (Channel, Speaker, From, To, Source) != (null, null, null, null, null);

    public SearchRequest Request => new(Query) { Filter = new SourceFilter(Channel, Speaker, From, To, Source), Tuning = Tuning };

    /// <summary>Reads what can be used and leaves out the rest.</summary>
    public static LabAddress Read(string address)
    {
        var query = QueryHelpers.ParseQuery(new Uri(address).Query);
        var reader = new ParameterReader();
        return new LabAddress
        {
            Query = reader.Question("q", Value("q")) ?? "",
            Channel = reader.Text("channel", Value("channel")),
            Speaker = reader.Text("speaker", Value("speaker")),
            From = reader.Day("from", Value("from")),
            To = reader.Day("to", Value("to")),
            Source = reader.Text("source", Value("source")),
            View = reader.Choice("view", Value("view"), LabView.Legs),
            Tuning = TuningText.Read(reader, Value),
        };

        string? Value(string name) => query.TryGetValue(name, out var values) ? values[0] : null;
    }

    public override string ToString()
    {
        IEnumerable<(string Name, string? Value)> parts =
        [
            ("q", Query), ("channel", Channel), ("speaker", Speaker), ("from", Day(From)), ("to", Day(To)), ("source", Source),
            ("view", View == LabView.Legs ? null : SnakeCase.Name(View)), .. TuningText.Changed(Tuning),
        ];
        return Path + "?" + string.Join('&', parts.Where(part => part.Value is { Length: > 0 }).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}

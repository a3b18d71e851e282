using DrChaffee.Domain.Search;
using DrChaffee.Web.Features.Api;

namespace DrChaffee.Web.Features.Lab;

/// <summary>Settings of the search as addresses and JSON write them: by name, what is not named is as shipped.</summary>
internal static class TuningText
{
    public static SearchTuning Read(ParameterReader reader, Func<string, string?> value, string prefix = "")
    {
        var tuning = SearchTuning.Shipped;
        foreach (var knob in TuningKnob.All)
        {
            var (name, text) = (prefix + knob.Name, value(knob.Name));
            if (knob.IsWhole) tuning = knob.With(tuning, reader.Number(name, text, (int)knob.Get(tuning), (int)knob.Least, (int)knob.Most));
            else if (reader.Amount(name, text, knob.Least, knob.Most) is { } amount) tuning = knob.With(tuning, amount);
        }

        return tuning;
    }

    /// <summary>Settings of a request's body; a name that is none is a fault, lest a slip of the pen be taken for a measurement.</summary>
    public static SearchTuning Read(string side, IReadOnlyDictionary<string, decimal>? settings, ParameterReader reader, out string? fault)
    {
        var tuning = Read(reader, name => settings?.TryGetValue(name, out var value) == true ? TuningKnob.Written(value) : null, $"{side}.");
        var unknown = settings?.Keys.FirstOrDefault(name => TuningKnob.All.All(knob => knob.Name != name));
        fault = reader.Fault ?? (unknown is null ? null : $"{side}.{unknown} is no setting; the settings are {string.Join(", ", TuningKnob.All.Select(knob => knob.Name))}.");
        return tuning;
    }

    /// <summary>What differs from the shipped settings.</summary>
    public static IEnumerable<(string Name, string Value)> Changed(SearchTuning tuning) =>
        TuningKnob.All.Where(knob => !knob.IsShipped(tuning)).Select(knob => (knob.Name, knob.Written(tuning)));

    /// <summary><c>as shipped</c>, or <c>meaning 0.5, feedback 0</c>.</summary>
    public static string Told(SearchTuning tuning) =>
        tuning == SearchTuning.Shipped ? "as shipped" : string.Join(", ", TuningKnob.All.Where(knob => !knob.IsShipped(tuning)).Select(knob => $"{knob.Label.ToLowerInvariant()} {knob.Written(tuning)}"));
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Search;

namespace DrChaffee.Domain.Telemetry;

/// <summary>Measures searches, and tells what the library holds; docs/operations.md names every figure. No label holds what somebody asked.</summary>
internal sealed class DomainMeter : IStoredFigures
{
    private const string Name = "DrChaffee.Domain";
    private static readonly InstrumentAdvice<double> Quick = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    private readonly DatabaseState _database;
    private readonly LastKnown<LibraryCounts> _counts;
    private readonly Histogram<double> _searches;
    private readonly Histogram<double> _legs;
    private int? _reachable;

    public DomainMeter(IMeterFactory meters, LibraryQueries library, DatabaseState database, TimeProvider time)
    {
        (_database, _counts) = (database, new LastKnown<LibraryCounts>(TimeSpan.Zero, database, time, library.CountsAsync)); // which remembers them itself
        var meter = meters.Create(Name);
        _searches = meter.CreateHistogram("drchaffee.search.duration", "s", "How long searches took.", tags: null, Quick);
        _legs = meter.CreateHistogram("drchaffee.search.leg.duration", "s", "How long each leg of a search took.", tags: null, Quick);
        meter.CreateObservableGauge("drchaffee.database.reachable", Reachable, unit: null, "1 where the database answers, otherwise 0.");
        meter.CreateObservableGauge("drchaffee.recordings", ByState, "{recording}", "Recordings by state.");
        meter.CreateObservableGauge("drchaffee.segments", () => _counts.Tell<long>(counts => counts.Segments), "{segment}", "Stretches of speech that are written down.");
        meter.CreateObservableGauge("drchaffee.passages", () => _counts.Tell<long>(counts => counts.Passages), "{passage}", "Passages that can be found.");
        meter.CreateObservableGauge("drchaffee.library.audio", () => _counts.Tell<double>(counts => counts.Hours * 3600), "s", "Length of the recordings that can be found.");
    }

    /// <summary>Of searches and their legs.</summary>
    public static ActivitySource Spans { get; } = new(Name);

    public void Searched(SearchResponse response)
    {
        if (response.Legs.Count == 0) return; // nothing was asked
        _searches.Record(response.TookMs / 1000, new KeyValuePair<string, object?>("search.mode", SnakeCase.Name(response.Mode)));
        foreach (var leg in response.Legs.Where(leg => leg.State != LegState.Skipped))
            _legs.Record(leg.TookMs / 1000, new KeyValuePair<string, object?>("search.leg", leg.Name), new KeyValuePair<string, object?>("leg.state", SnakeCase.Name(leg.State)));
    }

    public async Task RefreshAsync()
    {
        _reachable = await _database.ModeAsync(CancellationToken.None) == DatabaseMode.Unreachable ? 0 : 1;
        await _counts.RefreshAsync();
    }

    private IEnumerable<Measurement<int>> ByState() =>
        _counts.Value?.ByState.Select(state => new Measurement<int>(state.Value, new KeyValuePair<string, object?>("recording.state", SnakeCase.Name(state.Key)))) ?? [];

    private IEnumerable<Measurement<int>> Reachable() => _reachable is { } reachable ? [new Measurement<int>(reachable)] : [];
}

using System.Globalization;

namespace DrChaffee.Domain.Capacity;

/// <summary>A size of the library at which something is due that docs/scale.md tells.</summary>
/// <param name="Due">What, as a sentence.</param>
public sealed record ScaleStep(long Passages, string Name, string Due);

/// <summary>When the library reaches the sizes at which the next step is due.</summary>
public static class ScaleForecast
{
    /// <summary>The figures of docs/scale.md that are counted in passages, the smallest first.</summary>
    public static IReadOnlyList<ScaleStep> Steps { get; } =
    [
        new ScaleStep(1_000_000, "a million passages", "Up to here one process and one PostgreSQL were measured; beyond, measure before you promise."),
        new ScaleStep(10_000_000, "ten million passages", "The words leg moves to a search server: the index takes 2 GB in every web process."),
    ];

    /// <param name="passagesADay">What was added on each of the last 30 days, on average; null where the library is too young to tell.</param>
    public static Forecast Of(ScaleStep step, long passages, double? passagesADay, DateOnly today)
    {
        var missing = step.Passages - passages;
        if (missing <= 0) return Forecast.Of(ForecastKind.Reached, $"The library has {step.Name}. {step.Due}");
        if (passagesADay is not { } growth) return Forecast.Of(ForecastKind.Unknown, $"There is too little history to say when the library has {step.Name}: it is younger than {Forecast.LeastHistory} days.");
        if (growth <= 0) return Forecast.Of(ForecastKind.Never, $"The library did not grow in the last 30 days; {step.Name} are {missing.ToString("N0", CultureInfo.InvariantCulture)} away.");
        var days = missing / growth;
        return days > Forecast.Farthest
            ? Forecast.Of(ForecastKind.Later, "More than two years away at the growth of the last 30 days.")
            : Forecast.In(days, today, $"The library has {step.Name} {Forecast.Away(days)} at the growth of the last 30 days. {step.Due}");
    }
}

using System.Globalization;

namespace DrChaffee.Domain.Capacity;

/// <summary>What waits to be taken in, and how fast it was lately.</summary>
/// <param name="Hours">Of audio, as far as lengths are known.</param>
/// <param name="OfUnknownLength">How many have no known length.</param>
/// <param name="TimesRealTime">The pace of the last hours while something was at work; null where too little was.</param>
/// <param name="HoursADay">What was done on each of the last seven days, on average.</param>
public sealed record Backlog(double Hours, int OfUnknownLength, double? TimesRealTime, double HoursADay);

/// <summary>When what waits is taken in.</summary>
public static class DrainForecast
{
    public static Forecast Of(Backlog backlog, DateOnly today)
    {
        var unknown = backlog.OfUnknownLength > 0 ? string.Create(CultureInfo.InvariantCulture, $" {backlog.OfUnknownLength:N0} of unknown length {(backlog.OfUnknownLength == 1 ? "is" : "are")} left out.") : "";
        if (backlog.Hours <= 0)
        {
            return backlog.OfUnknownLength == 0
                ? Forecast.Of(ForecastKind.Reached, "Nothing waits.")
                : Forecast.Of(ForecastKind.Unknown, "There is no telling when what waits is done: no length of it is known yet.");
        }

        var (days, pace) = backlog switch
        {
            { TimesRealTime: > 0 and var times } => (backlog.Hours / times / 24, "at the pace of the last hours, kept up day and night"),
            { HoursADay: > 0 and var hours } => (backlog.Hours / hours, string.Create(CultureInfo.InvariantCulture, $"at the pace of the last 7 days, {hours:#,0.#} hours a day")),
            _ => (double.NaN, ""),
        };
        if (double.IsNaN(days)) return Forecast.Of(ForecastKind.Unknown, "There is no telling when what waits is done: nothing was in the last 7 days.");
        return days > Forecast.Farthest
            ? Forecast.Of(ForecastKind.Later, $"What waits is not done within two years {pace}.{unknown}")
            : Forecast.In(days, today, $"What waits is done {Forecast.Away(days)} {pace}.{unknown}");
    }
}

namespace DrChaffee.Domain.Capacity;

/// <summary>When a disk is full.</summary>
public static class DiskForecast
{
    private const string Pace = "at the growth of the last 30 days";

    /// <param name="bytesADay">What was added to it on each of the last 30 days, on average; null where the library is too young to tell.</param>
    public static Forecast Of(long freeBytes, double? bytesADay, DateOnly today)
    {
        if (freeBytes <= 0) return Forecast.Of(ForecastKind.Reached, "It is full.");
        if (bytesADay is not { } growth) return Forecast.Of(ForecastKind.Unknown, $"There is too little history to say when it is full: the library is younger than {Forecast.LeastHistory} days.");
        if (growth <= 0) return Forecast.Of(ForecastKind.Never, "Nothing that grew in the last 30 days is known to lie on it.");
        var days = freeBytes / growth;
        return days > Forecast.Farthest
            ? Forecast.Of(ForecastKind.Later, $"It is not full within two years {Pace}.")
            : Forecast.In(days, today, $"It is full {Forecast.Away(days)} {Pace}.");
    }
}

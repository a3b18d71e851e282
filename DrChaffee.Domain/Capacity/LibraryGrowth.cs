namespace DrChaffee.Domain.Capacity;

/// <summary>How the library grew, by the day on which each recording's transcript was written; whichever way it came.</summary>
/// <param name="Days">The oldest first, today last; days on which nothing came are there too.</param>
/// <param name="AgeDays">Since its first recording; 0 for an empty library.</param>
public sealed record LibraryGrowth(IReadOnlyList<GrowthDay> Days, double AgeDays)
{
    public const int MostDays = 90;

    /// <summary>Over today and the days before, or over the library's life where that is shorter; null where it is too short to tell.</summary>
    public double? HoursADay(int days) => AgeDays < Forecast.LeastHistory ? null : Days.TakeLast(days).Sum(day => day.Hours) / Math.Min(days, AgeDays);

    public double? RecordingsADay(int days) => AgeDays < Forecast.LeastHistory ? null : Days.TakeLast(days).Sum(day => day.Recordings) / Math.Min(days, AgeDays);
}

/// <summary>What came into the library on one day of the configured zone.</summary>
public sealed record GrowthDay(DateOnly Day, int Recordings, double Hours);

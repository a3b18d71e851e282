using DrChaffee.Domain.Capacity;

namespace DrChaffee.Web.Tests.Capacity;

public sealed class ForecastTests
{
    private static readonly DateOnly Today = new(2026, 11, 26);
    private static readonly ScaleStep Million = ScaleForecast.Steps[0];

    [Theory]
    [InlineData(0, 0, 50.0, 10, ForecastKind.Reached, null, "Nothing waits.")]
    [InlineData(0, 3, 50.0, 10, ForecastKind.Unknown, null, "There is no telling when what waits is done: no length of it is known yet.")]
    [InlineData(1200, 0, 50.0, 10, ForecastKind.Expected, 1.0, "What waits is done in about 24 hours at the pace of the last hours, kept up day and night.")]
    [InlineData(120, 1, null, 10, ForecastKind.Expected, 12.0, "What waits is done in about 12 days at the pace of the last 7 days, 10 hours a day. 1 of unknown length is left out.")]
    [InlineData(0.5, 0, 50.0, 0, ForecastKind.Expected, 0.0, "What waits is done within the hour at the pace of the last hours, kept up day and night.")]
    [InlineData(1200, 0, null, 0, ForecastKind.Unknown, null, "There is no telling when what waits is done: nothing was in the last 7 days.")]
    [InlineData(1200, 0, 0.0, 0, ForecastKind.Unknown, null, "There is no telling when what waits is done: nothing was in the last 7 days.")]
    [InlineData(1200, 2, null, 0.5, ForecastKind.Later, null, "What waits is not done within two years at the pace of the last 7 days, 0.5 hours a day. 2 of unknown length are left out.")]
    public void The_queue_is_drained_at_the_pace_of_the_last_hours_or_else_of_the_last_days(double hours, int unknown, double? timesRealTime, double hoursADay, ForecastKind kind, double? days, string sentence)
    {
        var forecast = DrainForecast.Of(new Backlog(hours, unknown, timesRealTime, hoursADay), Today);

        Assert.Equal((kind, days, sentence), (forecast.Kind, forecast.Days, forecast.Sentence));
    }

    [Theory]
    [InlineData(0, 1e9, ForecastKind.Reached, null, "It is full.")]
    [InlineData(-1, null, ForecastKind.Reached, null, "It is full.")]
    [InlineData(100_000_000_000, null, ForecastKind.Unknown, null, "There is too little history to say when it is full: the library is younger than 7 days.")]
    [InlineData(100_000_000_000, 0.0, ForecastKind.Never, null, "Nothing that grew in the last 30 days is known to lie on it.")]
    [InlineData(100_000_000_000, -5.0, ForecastKind.Never, null, "Nothing that grew in the last 30 days is known to lie on it.")]
    [InlineData(100_000_000_000, 1e9, ForecastKind.Expected, 100.0, "It is full in about 3 months at the growth of the last 30 days.")]
    [InlineData(100_000_000_000, 1e8, ForecastKind.Later, null, "It is not full within two years at the growth of the last 30 days.")]
    [InlineData(long.MaxValue, double.Epsilon, ForecastKind.Later, null, "It is not full within two years at the growth of the last 30 days.")]
    public void A_disk_is_full_when_what_is_free_is_used_up(long free, double? bytesADay, ForecastKind kind, double? days, string sentence)
    {
        var forecast = DiskForecast.Of(free, bytesADay, Today);

        Assert.Equal((kind, days, sentence), (forecast.Kind, forecast.Days, forecast.Sentence));
    }

    [Theory]
    [InlineData(1_000_000, 100.0, ForecastKind.Reached, null)]
    [InlineData(900_000, 1_000.0, ForecastKind.Expected, 100.0)]
    [InlineData(900_000, 10.0, ForecastKind.Later, null)]
    [InlineData(900_000, 0.0, ForecastKind.Never, null)]
    [InlineData(900_000, -3.0, ForecastKind.Never, null)]
    [InlineData(0, null, ForecastKind.Unknown, null)]
    public void A_step_is_due_when_the_passages_are_there(long passages, double? aDay, ForecastKind kind, double? days)
    {
        var forecast = ScaleForecast.Of(Million, passages, aDay, Today);

        Assert.Equal((kind, days), (forecast.Kind, forecast.Days));
        Assert.Equal(kind is ForecastKind.Reached or ForecastKind.Expected, forecast.Sentence.EndsWith(Million.Due, StringComparison.Ordinal));
    }

    [Fact]
    public void The_day_is_told_and_never_too_early() => Assert.Equal(new DateOnly(2026, 11, 29), DiskForecast.Of(25, 10, Today).Day);

    [Theory]
    [InlineData(3, null)]
    [InlineData(10, 3.0)]
    [InlineData(200, 1.0)]
    public void A_young_library_is_measured_over_its_own_life_and_a_very_young_one_not_at_all(double age, double? hoursADay)
    {
        GrowthDay[] days = [.. Enumerable.Range(0, 90).Select(day => new GrowthDay(Today.AddDays(day - 89), 1, day >= 80 ? 3 : 0))];

        Assert.Equal(hoursADay, new LibraryGrowth(days, age).HoursADay(30));
        Assert.Equal(age < 7 ? null : 30 / Math.Min(30, age), new LibraryGrowth(days, age).RecordingsADay(30));
    }
}

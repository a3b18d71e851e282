using DrChaffee.Domain.Schedule;
using Quartz;

namespace DrChaffee.Ingestion.Schedule;

/// <summary>
/// When a schedule comes due. The times are Quartz's own, so what is shown is what happens. A time that the clocks skip in spring comes at the moment of the change;
/// one that they show twice in autumn comes once, unless the schedule goes on hour by hour.
/// </summary>
public static class CronTimes
{
    /// <returns>Rising, each later than <paramref name="after"/>, with the zone's offset; fewer than asked only where the calendar ends.</returns>
    public static IReadOnlyList<DateTimeOffset> Next(CronSchedule schedule, int count, DateTimeOffset after, TimeZoneInfo zone)
    {
        var cron = ToQuartz(schedule, zone);
        List<DateTimeOffset> times = [];
        for (var next = cron.GetNextValidTimeAfter(after); next is { } time && times.Count < count; next = cron.GetNextValidTimeAfter(time)) times.Add(TimeZoneInfo.ConvertTime(time, zone));
        return times;
    }

    internal static CronExpression ToQuartz(CronSchedule schedule, TimeZoneInfo zone) => CronExpression.Parse(schedule.Plain, CronFormat.Unix).WithTimeZone(zone);
}

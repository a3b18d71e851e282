using System.Globalization;
using DrChaffee.Domain.Schedule;
using DrChaffee.Ingestion.Schedule;

namespace DrChaffee.Web.Tests.Schedule;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("0 2 * * *", "every day at 02:00")]
    [InlineData("0,30 2,14 * * *", "every day at 02:00, 02:30, 14:00 and 14:30")]
    [InlineData("0 */6 * * *", "every day at 00:00, 06:00, 12:00 and 18:00")]
    [InlineData("15 */2 * * *", "every 2 hours from 00:15")]
    [InlineData("* * * * *", "every minute")]
    [InlineData("*/15 * * * *", "every 15 minutes")]
    [InlineData("0,15,30,45 * * * *", "every 15 minutes")]
    [InlineData("2-59/5 * * * *", "every 5 minutes from minute 2")]
    [InlineData("7,37 * * * 6", "every 30 minutes from minute 7, every Saturday")]
    [InlineData("*/30 2 * * *", "every day at 02:00 and 02:30")]
    [InlineData("10-20 2,4 * * *", "at minutes 10 to 20 of the hours 2 and 4")]
    [InlineData("0 * * * *", "every hour, on the hour")]
    [InlineData("5 * * * *", "every hour at minute 5")]
    [InlineData("*/15 9-17 * * mon-fri", "every 15 minutes from 09:00 to 17:59, every Monday to Friday")]
    [InlineData("*/7 * * * *", "at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour")]
    [InlineData("30 2 * * 1,3", "every Monday and Wednesday at 02:30")]
    [InlineData("0 3 * * sat,SUN", "every Saturday and Sunday at 03:00")]
    [InlineData("0 3 * * 5-7", "every Friday to Sunday at 03:00")]
    [InlineData("0 2 1,15 * *", "on the 1st and 15th of every month at 02:00")]
    [InlineData("0 2 22 jan-mar *", "on the 22nd of January to March at 02:00")]
    [InlineData("0 2 13 * fri", "on the 13th of every month and every Friday at 02:00")]
    [InlineData("0 2 * 7,8 *", "every day in July and August at 02:00")]
    public void It_is_said_in_words(string text, string words)
    {
        Assert.True(CronSchedule.TryParse(text, out var schedule, out var fault), fault);

        Assert.Equal(words, schedule.Words);
    }

    [Theory]
    [InlineData("", "A schedule has five fields (minute, hour, day of the month, month, day of the week) and this has none; write it as 0 2 * * *.")]
    [InlineData("@daily", "A schedule has five fields (minute, hour, day of the month, month, day of the week) and this has 1; write it as 0 2 * * *.")]
    [InlineData("0 0 2 * * ?", "A schedule has five fields (minute, hour, day of the month, month, day of the week) and this has 6; write it as 0 2 * * *.")]
    [InlineData("60 2 * * *", "The minute is '60'; write 0 to 59, such as 30, 0,30 or */15.")]
    [InlineData("0 24 * * *", "The hour is '24'; write 0 to 23, such as 2, 9-17 or */6.")]
    [InlineData("0 2 0 * *", "The day of the month is '0'; write 1 to 31, such as 1, 1,15 or *.")]
    [InlineData("0 2 * 13 *", "The month is '13'; write 1 to 12 or jan to dec, such as 6, jan-mar or *.")]
    [InlineData("0 2 * * 8", "The day of the week is '8'; write 0 to 7 or sun to sat, such as 1, mon-fri or *.")]
    [InlineData("0 2 * * monday", "The day of the week is 'monday'; write 0 to 7 or sun to sat, such as 1, mon-fri or *.")]
    [InlineData("0 2 L * *", "The day of the month is 'L'; write 1 to 31, such as 1, 1,15 or *.")]
    [InlineData("0 2 * * 1#2", "The day of the week is '1#2'; write 0 to 7 or sun to sat, such as 1, mon-fri or *.")]
    [InlineData("-1 2 * * *", "The minute is '-1'; write 0 to 59, such as 30, 0,30 or */15.")]
    [InlineData("1.5 2 * * *", "The minute is '1.5'; write 0 to 59, such as 30, 0,30 or */15.")]
    [InlineData("1, 2 * * *", "The minute is left empty at a comma; write 0 to 59, such as 30, 0,30 or */15.")]
    [InlineData("*,5 2 * * *", "The minute names * and more beside it; write * alone for all of them.")]
    [InlineData("*/0 2 * * *", "The step of the minute is '0'; write a number from 1 to 59.")]
    [InlineData("*/90 2 * * *", "The step of the minute is '90'; write a number from 1 to 59.")]
    [InlineData("5/10 2 * * *", "The minute '5/10' has a step but no range; write 5-59/10 or */10.")]
    [InlineData("*/5/5 2 * * *", "The minute '*/5/5' cannot be read; write 0 to 59, such as 30, 0,30 or */15.")]
    [InlineData("0 22-2 * * *", "The hour runs backwards in '22-2'; write the smaller value first, or two ranges with a comma.")]
    [InlineData("0 2 31 2,4 *", "The day of the month never comes in the months that are named; write a day that they have.")]
    public void What_is_wrong_is_told_by_field_in_one_sentence(string text, string sentence)
    {
        Assert.False(CronSchedule.TryParse(text, out _, out var fault));

        Assert.Equal(sentence, fault);
    }

    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00Z", "28 02:30 +1, 29 03:00 +2, 30 02:30 +2")] // the clocks skip it: at the change
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-23T12:00Z", "24 02:30 +2, 25 02:30 +2, 26 02:30 +1")] // the clocks show it twice: once
    [InlineData("0 * * * *", "Europe/Berlin", "2026-10-24T23:30Z", "25 02:00 +2, 25 02:00 +1, 25 03:00 +1")] // hour by hour
    [InlineData("0 2 * * *", "America/New_York", "2026-03-07T12:00Z", "8 03:00 -4, 9 02:00 -4, 10 02:00 -4")]
    [InlineData("0 0 13 * 5", "UTC", "2026-03-01T12:00Z", "6 00:00 +0, 13 00:00 +0, 20 00:00 +0")] // either day is enough
    [InlineData("0 2 29 2 *", "UTC", "2026-03-01T12:00Z", "29 02:00 +0, 29 02:00 +0, 29 02:00 +0")]
    public void The_next_times_follow_the_clock_on_the_wall(string text, string zone, string after, string times)
    {
        Assert.True(CronSchedule.TryParse(text, out var schedule, out var fault), fault);

        var next = CronTimes.Next(schedule, 3, DateTimeOffset.Parse(after, CultureInfo.InvariantCulture), TimeZoneInfo.FindSystemTimeZoneById(zone));

        Assert.Equal(times, string.Join(", ", next.Select(time => time.ToString("%d HH:mm z", CultureInfo.InvariantCulture))));
    }
}

using System.Globalization;

namespace DrChaffee.Domain.Schedule;

/// <summary>Says a schedule as a person would.</summary>
internal static class CronWords
{
    /// <summary>Up to so many times a day are named one by one.</summary>
    private const int MostTimes = 6;

    public static string Of(CronSchedule schedule)
    {
        var (time, spaced) = Time(schedule);
        var days = Days(schedule);
        return spaced && days == "every day" ? time : spaced ? $"{time}, {days}" : $"{days} {time}";
    }

    /// <returns>Spaced: it comes again and again through the day.</returns>
    private static (string Text, bool Spaced) Time(CronSchedule schedule)
    {
        var (minutes, hours) = (schedule.Minutes, schedule.Hours);
        if (!minutes.Any && !hours.Any && minutes.Values.Count * hours.Values.Count <= MostTimes)
            return ("at " + List([.. hours.Values.SelectMany(hour => minutes.Values.Select(minute => Clock(hour, minute)))]), false);

        if (minutes is { Any: false, Values: [var only] })
        {
            if (hours.Any) return (only == 0 ? "every hour, on the hour" : string.Create(CultureInfo.InvariantCulture, $"every hour at minute {only}"), true);
            if (hours.Step is { } every && 24 % every == 0) return ($"every {every} hours from {Clock(0, only)}", true);
        }

        var step = Evenly(minutes.Values);
        var each = minutes switch
        {
            { Any: true } => "every minute",
            { Values: [0, ..] } when step is not null => $"every {step} minutes",
            { Values: [var first, ..] } when step is not null => $"every {step} minutes from minute {first}",
            { Values: [var one] } => $"at minute {one}",
            _ => $"at minutes {Runs(minutes.Values, Number)}",
        };
        var evenly = minutes.Any || (step is not null && minutes.Values[0] == 0);
        if (hours.Any && step is not null) return (each, true);
        if (hours.Any) return (evenly ? each : $"{each} of every hour", true);
        if (evenly && hours.Values[^1] - hours.Values[0] == hours.Values.Count - 1) return ($"{each} from {Clock(hours.Values[0], 0)} to {Clock(hours.Values[^1], 59)}", true);
        return ($"{each} {(evenly ? "in" : "of")} the {(hours.Values.Count == 1 ? "hour" : "hours")} {Runs(hours.Values, Number)}", true);
    }

    /// <summary>How many minutes lie between one and the next, where that is the same all around the hour; null where it is not.</summary>
    private static int? Evenly(IReadOnlyList<int> minutes)
    {
        if (minutes.Count < 2) return null;
        var step = minutes[1] - minutes[0];
        return step * minutes.Count == 60 && minutes.Select((minute, i) => minute - i * step).Distinct().Count() == 1 ? step : null;
    }

    private static string Days(CronSchedule schedule)
    {
        var months = schedule.Months.Any ? null : Runs(schedule.Months.Values, Month);
        var inMonths = months is null ? "" : $" in {months}";
        var weekdays = schedule.DaysOfWeek.Any ? null : Weekdays(schedule.DaysOfWeek.Values);
        if (schedule.DaysOfMonth.Any) return (weekdays ?? "every day") + inMonths;

        var dates = $"on the {Runs(schedule.DaysOfMonth.Values, Ordinal)} of {months ?? "every month"}";
        return weekdays is null ? dates : $"{dates} and {weekdays}{inMonths}";
    }

    private static string Weekdays(IReadOnlyList<int> days)
    {
        IReadOnlyList<int> fromMonday = [.. days.Where(day => day > 0), .. days.Where(day => day == 0).Select(_ => CronFieldKind.SecondSunday)];
        return fromMonday.Count == CronFieldKind.SecondSunday ? "every day of the week" : $"every {Runs(fromMonday, Weekday)}";
    }

    /// <summary>Three or more in a row are told by the first and the last.</summary>
    private static string Runs(IReadOnlyList<int> values, Func<int, string> name)
    {
        List<string> told = [];
        for (var i = 0; i < values.Count;)
        {
            var end = i;
            while (end + 1 < values.Count && values[end + 1] == values[end] + 1) end++;
            if (end - i >= 2) told.Add($"{name(values[i])} to {name(values[end])}");
            else for (var j = i; j <= end; j++) told.Add(name(values[j]));
            i = end + 1;
        }

        return List(told);
    }

    private static string List(IReadOnlyList<string> items) => items is [var only] ? only : $"{string.Join(", ", items.SkipLast(1))} and {items[^1]}";

    private static string Clock(int hour, int minute) => string.Create(CultureInfo.InvariantCulture, $"{hour:00}:{minute:00}");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Month(int month) => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month);

    private static string Weekday(int day) => CultureInfo.InvariantCulture.DateTimeFormat.GetDayName((DayOfWeek)(day % CronFieldKind.SecondSunday));

    private static string Ordinal(int day) => Number(day) + (day % 100 is >= 11 and <= 13 ? "th" : (day % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" });
}

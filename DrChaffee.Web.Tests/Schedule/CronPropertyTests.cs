using CsCheck;
using DrChaffee.Domain.Schedule;
using DrChaffee.Ingestion.Schedule;

namespace DrChaffee.Web.Tests.Schedule;

/// <summary>Any schedule against a calendar that is gone through minute by minute, and knows of the schedule only which values were meant.</summary>
public sealed class CronPropertyTests
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly Gen<Field> Minute = FieldOf(0, 59, []);
    private static readonly Gen<Field> Hour = FieldOf(0, 23, []);
    private static readonly Gen<Field> DayOfMonth = FieldOf(1, 28, []);
    private static readonly Gen<Field> Month = FieldOf(1, 12, Months);
    private static readonly Gen<Field> DayOfWeek = FieldOf(0, 6, Days);

    private static readonly Gen<Cron> Schedule = Gen.Select(Minute, Hour, Gen.Frequency((2, Any), (1, DayOfMonth)), Gen.Frequency((3, Any), (1, Month)), Gen.Frequency((2, Any), (1, DayOfWeek)))
        .Select((minute, hour, day, month, weekday) => new Cron(minute, hour, day, month, weekday));

    private static readonly Gen<DateTimeOffset> Start = Gen.Int[0, 3 * 366 * 24 * 60].Select(minutes => new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes));

    private static readonly Gen<string> Zone = Gen.OneOf("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata");

    private static Gen<Field> Any => Gen.Const(new Field("*", null));

    [Fact]
    public void The_next_times_are_those_of_the_calendar() => Gen.Select(Schedule, Start).Sample((cron, start) =>
    {
        Assert.Equal(cron.Calendar(start, 5), CronTimes.Next(Parse(cron), 5, start, TimeZoneInfo.Utc));
    }, iter: 400);

    [Fact]
    public void In_zones_that_change_their_clocks_each_time_is_meant_or_is_the_moment_of_a_change_and_none_is_missing() => Gen.Select(Schedule, Start, Zone).Sample((cron, start, name) =>
    {
        var (schedule, zone) = (Parse(cron), TimeZoneInfo.FindSystemTimeZoneById(name));
        var next = CronTimes.Next(schedule, 5, start, zone);

        Assert.Equal(5, next.Count);
        Assert.All(next, time => Assert.True(cron.Matches(time.DateTime) || zone.GetUtcOffset(time) > zone.GetUtcOffset(time.AddMinutes(-1)), $"{cron.Text}: {time}"));
        Assert.Equal(next.Order(), next);
        var missing = cron.Walk(start, next[^1]).Where(time =>
            cron.Matches(TimeZoneInfo.ConvertTime(time, zone).DateTime) && !zone.IsAmbiguousTime(TimeZoneInfo.ConvertTime(time, zone).DateTime) && !next.Contains(time));
        Assert.Empty(missing);
    }, iter: 150);

    [Fact]
    public void What_is_matched_is_what_comes_next() => Gen.Select(Schedule, Start).Sample((cron, start) =>
    {
        Assert.Equal(cron.Matches(start.UtcDateTime), Parse(cron).Matches(start.UtcDateTime));
        Assert.NotEmpty(Parse(cron).Words);
    }, iter: 2000);

    [Fact]
    public void Whatever_is_typed_is_read_or_refused_in_one_sentence() => Gen.String[Gen.Char["0123456789*/-, \tmonfrijanLW#?H@"], 0, 40].Sample(text =>
    {
        if (CronSchedule.TryParse(text, out var schedule, out var fault)) Assert.NotEmpty(CronTimes.Next(schedule, 1, DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc));
        else Assert.EndsWith(".", fault, StringComparison.Ordinal);
    }, iter: 5000);

    private static CronSchedule Parse(Cron cron) => CronSchedule.TryParse(cron.Text, out var schedule, out var fault) ? schedule : throw new InvalidOperationException($"{cron.Text}: {fault}");

    private static Gen<Field> FieldOf(int least, int most, string[] names)
    {
        string Name(int value, bool named) => named && names.Length > 0 ? names[value - least] : value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var value = Gen.Select(Gen.Int[least, most], Gen.Bool).Select((one, named) => new Field(Name(one, named), [one]));
        var range = Gen.Select(Gen.Int[least, most], Gen.Int[least, most], Gen.Bool).Select((a, b, named) =>
            new Field($"{Name(Math.Min(a, b), named)}-{Name(Math.Max(a, b), named)}", Enumerable.Range(Math.Min(a, b), Math.Abs(a - b) + 1)));
        var stepped = Gen.Select(range, Gen.Int[2, Math.Min(7, most)]).Select((whole, step) => new Field($"{whole.Text}/{step}", whole.Values!.Where((_, i) => i % step == 0)));
        var every = Gen.Int[2, Math.Min(9, most)].Select(step => new Field($"*/{step}", Enumerable.Range(least, most - least + 1).Where((_, i) => i % step == 0)));
        var list = Gen.OneOf(value, range, stepped).Array[2, 4].Select(items => new Field(string.Join(',', items.Select(item => item.Text)), items.SelectMany(item => item.Values!)));
        return most == 28 ? Gen.OneOf(value, range, stepped, list) : Gen.Frequency((1, Any), (3, value), (1, range), (1, stepped), (1, every), (1, list)); // */n of the month reaches to the 31st
    }

    /// <param name="Values">Null for any.</param>
    private sealed record Field(string Text, IEnumerable<int>? Values)
    {
        private readonly HashSet<int>? _values = Values?.ToHashSet();

        public bool Has(int value) => _values?.Contains(value) ?? true;
    }

    private sealed record Cron(Field Minute, Field Hour, Field Day, Field Month, Field Weekday)
    {
        public string Text => $"{Minute.Text} {Hour.Text} {Day.Text} {Month.Text} {Weekday.Text}";

        public bool Matches(DateTime local) => MatchesDay(local) && Hour.Has(local.Hour) && Minute.Has(local.Minute);

        public IEnumerable<DateTimeOffset> Calendar(DateTimeOffset after, int count) => Walk(after, DateTimeOffset.MaxValue).Where(time => Matches(time.UtcDateTime)).Take(count);

        /// <summary>Every minute after the first and up to the last.</summary>
        public IEnumerable<DateTimeOffset> Walk(DateTimeOffset after, DateTimeOffset last)
        {
            for (var time = after.AddMinutes(1); time <= last; time = time.AddMinutes(1))
            {
                yield return time;
                while (!MatchesDay(time.UtcDateTime.AddDays(-1)) && !MatchesDay(time.UtcDateTime) && !MatchesDay(time.UtcDateTime.AddDays(1)) && time.AddHours(12) <= last) time = time.AddHours(12); // days that no zone can make match
            }
        }

        private bool MatchesDay(DateTime local)
        {
            if (!Month.Has(local.Month)) return false;
            var (byMonth, byWeek) = (Day.Has(local.Day), Weekday.Has((int)local.DayOfWeek));
            return Day.Values is null || Weekday.Values is null ? byMonth && byWeek : byMonth || byWeek;
        }
    }
}

using System.Diagnostics.CodeAnalysis;

namespace DrChaffee.Domain.Schedule;

/// <summary>
/// When a job runs, by the five fields of cron: minute, hour, day of the month, month, day of the week. Lists, ranges, steps and English names are read; what other
/// programs add to cron is not. Where both day fields name days, either is enough; a field restricts nothing only when it is <c>*</c>.
/// </summary>
public sealed class CronSchedule
{
    private const int LongestText = 200;
    private static readonly int[] DaysOfMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    private readonly CronField[] _fields;

    private CronSchedule(string text, CronField[] fields) => (Text, _fields) = (text, fields);

    /// <summary>As it was written, with one space between the fields.</summary>
    public string Text { get; }

    /// <summary>In words, such as <c>every day at 02:00</c>.</summary>
    public string Words => CronWords.Of(this);

    internal CronField Minutes => _fields[0];

    internal CronField Hours => _fields[1];

    internal CronField DaysOfMonth => _fields[2];

    internal CronField Months => _fields[3];

    internal CronField DaysOfWeek => _fields[4];

    /// <summary>The five fields without names, and days of the week from 0 to 6: what every reader of cron takes alike.</summary>
    public string Plain => string.Join(' ', Minutes.Text, Hours.Text, Numbers(DaysOfMonth), Numbers(Months), Numbers(DaysOfWeek));

    /// <param name="fault">One sentence that names the field and what to write instead.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CronSchedule? schedule, [NotNullWhen(false)] out string? fault)
    {
        schedule = null;
        var parts = (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (text is { Length: > LongestText })
        {
            fault = $"The schedule is {text.Length} characters long; write at most {LongestText}.";
            return false;
        }

        if (parts.Length != CronFieldKind.All.Count)
        {
            fault = $"A schedule has five fields (minute, hour, day of the month, month, day of the week) and this has {(parts.Length == 0 ? "none" : parts.Length)}; write it as 0 2 * * *.";
            return false;
        }

        var fields = new CronField[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (CronField.Read(CronFieldKind.All[i], parts[i], out fault) is not { } field) return Refused(out schedule, ref fault);
            fields[i] = field;
        }

        if (Never(fields[2], fields[3], fields[4]))
        {
            fault = "The day of the month never comes in the months that are named; write a day that they have.";
            return false;
        }

        (schedule, fault) = (new CronSchedule(string.Join(' ', parts), fields), null);
        return true;
    }

    /// <summary>True where the clock on the wall shows a minute that is meant. Seconds do not count.</summary>
    public bool Matches(DateTime local) => Minutes.Has(local.Minute) && Hours.Has(local.Hour) && Months.Has(local.Month) && MatchesDay(local);

    public override string ToString() => Text;

    private bool MatchesDay(DateTime local)
    {
        var (byMonth, byWeek) = (DaysOfMonth.Has(local.Day), DaysOfWeek.Has((int)local.DayOfWeek));
        return DaysOfMonth.Any || DaysOfWeek.Any ? byMonth && byWeek : byMonth || byWeek;
    }

    private static bool Never(CronField days, CronField months, CronField daysOfWeek) =>
        daysOfWeek.Any && !days.Any && days.Values[0] > months.Values.Max(month => DaysOfMonths[month - 1]);

    private static bool Refused(out CronSchedule? schedule, [NotNull] ref string? fault)
    {
        schedule = null;
        fault ??= "The schedule cannot be read.";
        return false;
    }

    private static string Numbers(CronField field) => field.Any ? "*" : string.Join(',', field.Values);
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DrChaffee.Domain.Schedule;

/// <summary>One of the five fields of a schedule: which values it names.</summary>
/// <param name="Any">True for a lone <c>*</c>: the field restricts nothing.</param>
/// <param name="Values">What it names, each once, rising.</param>
/// <param name="Step">Of a lone <c>*/n</c>; null for everything else.</param>
/// <param name="Text">As it was written, names replaced by numbers.</param>
internal sealed record CronField(bool Any, IReadOnlyList<int> Values, int? Step, string Text)
{
    public bool Has(int value) => Any || Values.Contains(value);

    /// <summary>Null, and what is wrong in one sentence, where the text does not say which values are meant.</summary>
    public static CronField? Read(CronFieldKind kind, string text, out string? fault)
    {
        fault = null;
        if (text is "*" or "*/1") return new CronField(true, [.. Enumerable.Range(kind.Least, kind.Most - kind.Least + 1)], null, "*");

        SortedSet<int> values = [];
        List<string> written = [];
        var parts = text.Split(',');
        foreach (var part in parts)
        {
            if (ReadPart(kind, part, values, out fault) is not { } item) return null;
            written.Add(item);
        }

        var step = parts.Length == 1 && text.StartsWith("*/", StringComparison.Ordinal) ? int.Parse(text.AsSpan(2), CultureInfo.InvariantCulture) : (int?)null;
        if (kind == CronFieldKind.DayOfWeek && values.Remove(CronFieldKind.SecondSunday)) values.Add(0);
        return new CronField(false, [.. values], step, string.Join(',', written));
    }

    /// <summary>One item of the list: a value, a range, or a range with a step.</summary>
    private static string? ReadPart(CronFieldKind kind, string part, SortedSet<int> values, out string? fault)
    {
        var (body, stepText) = part.Split('/') switch
        {
            [var alone] => (alone, null),
            [var range, var after] => (range, after),
            _ => ("", ""),
        };
        if (body.Length == 0)
        {
            fault = part.Length == 0 ? $"The {kind.Name} is left empty at a comma; write {kind.Example}." : $"The {kind.Name} '{part}' cannot be read; write {kind.Example}.";
            return null;
        }

        if (body == "*" && stepText is null)
        {
            fault = $"The {kind.Name} names * and more beside it; write * alone for all of them.";
            return null;
        }

        if (!TryReadRange(kind, body, out var from, out var to, out fault)) return null;
        var step = 1;
        if (stepText is not null)
        {
            if (!int.TryParse(stepText, NumberStyles.None, CultureInfo.InvariantCulture, out step) || step < 1 || step > kind.Most)
            {
                fault = $"The step of the {kind.Name} is '{stepText}'; write a number from 1 to {kind.Most}.";
                return null;
            }

            if (body != "*" && !body.Contains('-', StringComparison.Ordinal))
            {
                fault = $"The {kind.Name} '{part}' has a step but no range; write {body}-{kind.Most}/{step} or */{step}.";
                return null;
            }
        }

        for (var value = from; value <= to; value += step) values.Add(value);
        var range2 = body == "*" ? "*" : from == to && !body.Contains('-', StringComparison.Ordinal) ? Number(from) : $"{Number(from)}-{Number(to)}";
        return stepText is null ? range2 : $"{range2}/{Number(step)}";
    }

    private static bool TryReadRange(CronFieldKind kind, string body, out int from, out int to, [NotNullWhen(false)] out string? fault)
    {
        (from, to, fault) = (kind.Least, body == "*" ? kind.Most : kind.Least, null);
        if (body == "*") return true;
        var ends = body.Split('-');
        if (ends.Length > 2 || !kind.TryRead(ends[0], out from) || !kind.TryRead(ends[^1], out to))
        {
            fault = $"The {kind.Name} is '{body}'; write {kind.Example}.";
            return false;
        }

        if (to == 0 && from > 0 && kind == CronFieldKind.DayOfWeek) to = CronFieldKind.SecondSunday; // fri-sun
        if (from <= to) return true;
        fault = $"The {kind.Name} runs backwards in '{body}'; write the smaller value first, or two ranges with a comma.";
        return false;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a field of a schedule may hold.</summary>
/// <param name="Name">As a person says it.</param>
/// <param name="Example">What may be written, for the sentence that refuses something else.</param>
/// <param name="Names">Names that stand for values, the first for <paramref name="FirstNamed"/>; empty where there are none.</param>
internal sealed record CronFieldKind(string Name, int Least, int Most, string Example, IReadOnlyList<string> Names, int FirstNamed = 0)
{
    /// <summary>Cron counts Sunday as 0 and as 7.</summary>
    public const int SecondSunday = 7;

    public static readonly CronFieldKind Minute = new("minute", 0, 59, "0 to 59, such as 30, 0,30 or */15", []);
    public static readonly CronFieldKind Hour = new("hour", 0, 23, "0 to 23, such as 2, 9-17 or */6", []);
    public static readonly CronFieldKind DayOfMonth = new("day of the month", 1, 31, "1 to 31, such as 1, 1,15 or *", []);
    public static readonly CronFieldKind Month = new("month", 1, 12, "1 to 12 or jan to dec, such as 6, jan-mar or *", ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1);
    public static readonly CronFieldKind DayOfWeek = new("day of the week", 0, 7, "0 to 7 or sun to sat, such as 1, mon-fri or *", ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]);

    public static readonly IReadOnlyList<CronFieldKind> All = [Minute, Hour, DayOfMonth, Month, DayOfWeek];

    public bool TryRead(string text, out int value)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (!Names[i].Equals(text, StringComparison.OrdinalIgnoreCase)) continue;
            value = FirstNamed + i;
            return true;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= Least && value <= Most;
    }
}

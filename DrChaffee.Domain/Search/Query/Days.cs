using System.Globalization;

namespace DrChaffee.Domain.Search.Query;

/// <summary>The days that a written day, month or year stands for.</summary>
internal readonly record struct Days(DateOnly First, DateOnly Last)
{
    /// <summary>Reads 2023, 2023-05 or 2023-05-01; null for anything else.</summary>
    public static Days? TryParse(string text)
    {
        if (TryRead(text, "yyyy-MM-dd") is { } day) return new Days(day, day);
        if (TryRead(text, "yyyy-MM") is { } month) return new Days(month, month.AddMonths(1).AddDays(-1));
        return TryRead(text, "yyyy") is { } year ? new Days(year, new DateOnly(year.Year, 12, 31)) : null;
    }

    private static DateOnly? TryRead(string text, string format) =>
        DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year < 9999 ? day : null;
}

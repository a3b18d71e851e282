using System.Globalization;

namespace DrChaffee.Web.Layout;

/// <summary>Times and counts as a reader says them.</summary>
internal static class Spoken
{
    /// <summary><c>4:07</c>, or <c>1:04:07</c> from the first hour on.</summary>
    public static string Clock(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Max(0, Math.Floor(seconds)));
        return time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
    }

    /// <summary><c>1 h 12 min</c>, <c>8 min</c>, <c>40 s</c>.</summary>
    public static string Length(double seconds)
    {
        if (seconds < 60) return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(seconds)} s");
        var minutes = (int)Math.Round(seconds / 60);
        return minutes < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{minutes} min")
            : string.Create(CultureInfo.InvariantCulture, $"{minutes / 60} h {minutes % 60:00} min");
    }

    public static string Day(DateTimeOffset at) => at.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>Day and minute, in universal time: the server does not know the reader's clock.</summary>
    public static string Moment(DateTimeOffset at) => at.ToUniversalTime().ToString("d MMM HH:mm", CultureInfo.InvariantCulture);

    public static string Iso(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Count(long count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");

    /// <summary>Seconds as an address or an attribute holds them.</summary>
    public static string Seconds(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);
}

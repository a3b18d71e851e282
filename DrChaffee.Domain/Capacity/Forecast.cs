namespace DrChaffee.Domain.Capacity;

/// <summary>When something comes, as far as can be told.</summary>
/// <param name="Days">From now, and <paramref name="Day"/> the day it is then; null where it is there already, does not come, or cannot be told.</param>
/// <param name="Sentence">All of it for a person.</param>
public sealed record Forecast(ForecastKind Kind, double? Days, DateOnly? Day, string Sentence)
{
    /// <summary>The pace of fewer days tells nothing of the months to come.</summary>
    public const int LeastHistory = 7;

    /// <summary>In days: what is further away nobody can tell.</summary>
    public const double Farthest = 2 * 365;

    internal static Forecast Of(ForecastKind kind, string sentence) => new(kind, null, null, sentence);

    internal static Forecast In(double days, DateOnly today, string sentence) => new(ForecastKind.Expected, Math.Round(days, 1), today.AddDays((int)Math.Ceiling(days)), sentence);

    /// <summary><c>within the hour</c>, <c>in about 5 hours</c>, <c>in about 3 days</c>, <c>in about 7 weeks</c>, <c>in about 14 months</c>.</summary>
    internal static string Away(double days) => days switch
    {
        < 1 / 24.0 => "within the hour",
        < 2 => About(days * 24, "hour"),
        < 21 => About(days, "day"),
        < 90 => About(days / 7, "week"),
        _ => About(days / 30.44, "month"),
    };

    private static string About(double amount, string unit) => Math.Max(1, Math.Round(amount)) is var rounded && rounded == 1 ? $"in about 1 {unit}" : FormattableString.Invariant($"in about {rounded:0} {unit}s");
}

/// <summary>What a forecast says.</summary>
public enum ForecastKind
{
    /// <summary>It is so already.</summary>
    Reached,

    /// <summary>It comes, and on which day is told.</summary>
    Expected,

    /// <summary>It does not come within two years.</summary>
    Later,

    /// <summary>Nothing moves towards it.</summary>
    Never,

    /// <summary>There is no telling.</summary>
    Unknown,
}

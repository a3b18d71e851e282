namespace DrChaffee.Domain.Search.Lab;

/// <summary>Which passage a judged second lies in: one rule for saving, showing and replaying.</summary>
internal static class JudgmentSql
{
    /// <summary>Seconds are judged as they are shown, rounded to thousandths.</summary>
    public const string Rounding = "0.001";

    /// <summary>
    /// Continues <c>FROM … sources s</c>: the passage <c>p</c> that is spoken at a second, the one that began last where two overlap.
    /// A passage without length, as of a transcript without times, is spoken at its start.
    /// </summary>
    public static string Holding(string second) => $"""
        LATERAL (
            SELECT id, start_sec, greatest(end_sec, start_sec + 2 * {Rounding}) AS end_sec FROM passages
            WHERE source_id = s.id AND start_sec <= {second} + {Rounding} AND greatest(end_sec, start_sec + 2 * {Rounding}) > {second}
            ORDER BY start_sec DESC, ordinal DESC LIMIT 1) p
        """;
}

namespace DrChaffee.Domain.Data;

/// <summary>Text from outside as a pattern of LIKE, its wildcards taken literally.</summary>
internal static class LikeText
{
    public static string Exactly(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);

    public static string Anywhere(string text) => $"%{Exactly(text)}%";
}

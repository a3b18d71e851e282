namespace DrChaffee.Web.Features.Operations;

/// <summary>One day of a chart.</summary>
/// <param name="Value">Null for a day that has none, such as the pace of a day without work.</param>
/// <param name="Told">The day and its figure in words.</param>
public sealed record DayBar(DateOnly Day, double? Value, string Told)
{
    private static readonly double[] Ends = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

    /// <summary>The end of a scale that holds the greatest value, a number that halves well.</summary>
    public static double Top(double greatest)
    {
        if (greatest <= 0) return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(greatest)));
        return Ends.First(end => greatest / power <= end) * power;
    }
}

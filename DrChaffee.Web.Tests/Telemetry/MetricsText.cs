using System.Globalization;

namespace DrChaffee.Web.Tests.Telemetry;

/// <summary>Reads what <c>/metrics</c> says.</summary>
internal static class MetricsText
{
    public static Task<string> MetricsAsync(this HttpClient client) => client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

    /// <summary>The sum of the series of that name that have all of these labels, such as <c>recording_state="done"</c>; null where there is none.</summary>
    public static double? Value(this string metrics, string name, params string[] labels)
    {
        var values = metrics.Split('\n').Where(line => line.StartsWith($"{name} ", StringComparison.Ordinal) || line.StartsWith($"{name}{{", StringComparison.Ordinal))
            .Where(line => labels.All(label => line.Contains(label, StringComparison.Ordinal)))
            .Select(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Replace(name, "", StringComparison.Ordinal).Trim().Split(' ')[0], CultureInfo.InvariantCulture)).ToList();
        return values.Count == 0 ? null : values.Sum();
    }
}

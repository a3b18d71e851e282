using System.Globalization;

namespace DrChaffee.Ingestion.Diagnosis;

/// <summary>Looks into a file of cookies in Netscape's format: seven columns parted by tabs, the fifth of them the second since 1970 at which the cookie expires.</summary>
internal static class CookieFile
{
    private const int Columns = 7;
    private const int ExpiryColumn = 4;
    private const string HttpOnly = "#HttpOnly_";

    /// <param name="path">Null where none is set.</param>
    public static async Task<Finding> ExamineAsync(string? path, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (path is null) return Say(FindingState.Info, "YTDLP_COOKIES_FILE is not set; what only a signed-in browser may see cannot be fetched.");
        string[] lines;
        try
        {
            lines = await File.ReadAllLinesAsync(path, cancellationToken);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return Say(FindingState.Failed, $"{path} cannot be read; check YTDLP_COOKIES_FILE and the rights of the file.");
        }

        List<long> expiries = [];
        foreach (var line in lines.Where(line => line.Length > 0 && (!line.StartsWith('#') || line.StartsWith(HttpOnly, StringComparison.Ordinal))))
        {
            var columns = line.Split('\t');
            if (columns.Length != Columns || !long.TryParse(columns[ExpiryColumn], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var expiry))
                return Say(FindingState.Failed, $"{path} is no file of cookies in Netscape's format; export it from the browser again.");
            expiries.Add(expiry);
        }

        if (expiries.Count == 0) return Say(FindingState.Failed, $"{path} holds no cookies; export it from the browser again.");
        var good = expiries.Count(expiry => expiry <= 0 || expiry > now.ToUnixTimeSeconds()); // 0: until the browser is closed
        return good == 0
            ? Say(FindingState.Failed, $"Every cookie in {path} has expired; export it from the browser again.")
            : Say(FindingState.Ok, string.Create(CultureInfo.InvariantCulture, $"{good} of {expiries.Count} cookies in {path} are good."));
    }

    private static Finding Say(FindingState state, string message) => new("cookies", state, message);
}

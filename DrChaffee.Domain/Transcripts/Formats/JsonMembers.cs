using System.Text.Json;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads members of a JSON object that may be absent or of the wrong kind, which then count as absent.</summary>
internal static class JsonMembers
{
    private const double LongestSeconds = 1e9;

    public static JsonElement? Member(this JsonElement element, string name, JsonValueKind kind) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    public static string? Text(this JsonElement element, string name) => element.Member(name, JsonValueKind.String)?.GetString();

    public static TimeSpan? Seconds(this JsonElement element, string name) =>
        element.Member(name, JsonValueKind.Number) is { } value ? value.AsSeconds() : null;

    /// <summary>Seconds to the millisecond; null where the value is no time that a recording can have.</summary>
    public static TimeSpan? AsSeconds(this JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < LongestSeconds
            ? TimeSpan.FromMilliseconds(Math.Round(seconds * 1000))
            : null;
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>Says of each recording why it is not wanted, if it is not. What is not known of a recording never leaves it out.</summary>
internal static class RecordingSieve
{
    /// <summary>Patterns without look-around take a time linear in the title; the few others get this long for one title.</summary>
    private static readonly TimeSpan PatternLimit = TimeSpan.FromMilliseconds(200);

    private const int LongestPattern = 500;
    private const int MostKept = 256;

    private static readonly ConcurrentDictionary<string, Regex> Compiled = new(StringComparer.Ordinal);

    /// <summary>Why the recording is left out, as an end of a sentence; null where it is wanted.</summary>
    public static string? Reason(Recording recording, RecordingFilter filter) => recording.Availability switch
    {
        Availability.Live => "it is being broadcast, and not there as a whole yet",
        Availability.Upcoming => "it has not begun yet",
        Availability.Private => "it is private, or was removed",
        Availability.MembersOnly when filter.SkipMembersOnly => "it is for members only",
        _ => LengthReason(recording.Duration, filter) ?? DateReason(recording.PublishedAt, filter.Since) ?? TitleReason(recording.Title, filter),
    };

    public static string? LengthReason(TimeSpan? duration, RecordingFilter filter)
    {
        if (duration is not { } length) return null;
        if (filter.SkipShorts && length < RecordingFilter.LongestShort) return "shorter than two minutes";
        if (filter.Shortest is { } shortest && length < shortest) return $"shorter than {Minutes(shortest)}";
        return filter.Longest is { } longest && length > longest ? $"longer than {Minutes(longest)}" : null;
    }

    /// <summary>What is wrong with a pattern, in a sentence; null where it can be used.</summary>
    public static string? Fault(string pattern)
    {
        if (pattern.Length > LongestPattern) return $"A title pattern has {pattern.Length} characters; write at most {LongestPattern}.";
        try
        {
            _ = Compile(pattern);
            return null;
        }
        catch (ArgumentException ex)
        {
            return $"The title pattern '{pattern}' is no regular expression: {ex.Message.TrimEnd('.')}.";
        }
    }

    /// <summary>What either wants to be left out, is: for a run that asks for less than its channel gives.</summary>
    public static RecordingFilter And(this RecordingFilter channel, bool skipShorts, DateOnly? since) => channel with
    {
        SkipShorts = channel.SkipShorts || skipShorts,
        Since = channel.Since is null || since > channel.Since ? since ?? channel.Since : channel.Since,
    };

    private static string? DateReason(DateTimeOffset? publishedAt, DateOnly? since) =>
        since is { } day && publishedAt is { } published && DateOnly.FromDateTime(published.UtcDateTime) < day ? string.Create(CultureInfo.InvariantCulture, $"published before {day:yyyy-MM-dd}") : null;

    private static string? TitleReason(string title, RecordingFilter filter)
    {
        try
        {
            if (filter.Titles.Count > 0 && !filter.Titles.Any(pattern => Compile(pattern).IsMatch(title))) return "no title pattern matches it";
            return filter.NotTitles.FirstOrDefault(pattern => Compile(pattern).IsMatch(title)) is { } unwanted ? $"the title pattern '{unwanted}' leaves it out" : null;
        }
        catch (RegexMatchTimeoutException ex)
        {
            return $"the title pattern '{ex.Pattern}' takes too long on it; write a simpler one";
        }
    }

    private static Regex Compile(string pattern)
    {
        if (Compiled.Count > MostKept) Compiled.Clear();
        return Compiled.GetOrAdd(pattern, static text =>
        {
            const RegexOptions AnyCase = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
            try
            {
                return new Regex(text, AnyCase | RegexOptions.NonBacktracking, PatternLimit);
            }
            catch (NotSupportedException)
            {
                return new Regex(text, AnyCase, PatternLimit); // it looks around or back
            }
        });
    }

    private static string Minutes(TimeSpan length) => string.Create(CultureInfo.InvariantCulture, $"{length.TotalMinutes:0.#} minutes");
}

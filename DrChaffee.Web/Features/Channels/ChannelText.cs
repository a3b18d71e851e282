using System.Globalization;
using DrChaffee.Ingestion.Discovery;

namespace DrChaffee.Web.Features.Channels;

/// <summary>What is wanted of a channel, in words.</summary>
internal static class ChannelText
{
    public static string KindOf(string kind) => kind switch
    {
        ChannelKinds.Youtube => "YouTube",
        ChannelKinds.Web => "web site",
        ChannelKinds.Rss => "podcast",
        ChannelKinds.Folder => "folder",
        ChannelKinds.Import => "imported transcripts",
        _ => kind,
    };

    /// <summary>A folder's channels that its manifest names are told apart by an end of their address, which is nothing to a reader.</summary>
    public static string AddressOf(ChannelState channel) =>
        channel.Kind == ChannelKinds.Folder && channel.Address.EndsWith($"#{channel.Title}", StringComparison.Ordinal) ? channel.Address[..^(channel.Title.Length + 1)] : channel.Address;

    public static string EveryOf(TimeSpan? every) => every switch
    {
        null => "when asked",
        { } time when time == TimeSpan.FromDays(7) => "every week",
        { } time when time == TimeSpan.FromDays(1) => "every day",
        { } time when time == TimeSpan.FromHours(1) => "every hour",
        { TotalMinutes: < 60 } time => string.Create(CultureInfo.InvariantCulture, $"every {time.TotalMinutes:0.#} minutes"),
        { TotalHours: < 48 } time => string.Create(CultureInfo.InvariantCulture, $"every {time.TotalHours:0.#} hours"),
        { } time => string.Create(CultureInfo.InvariantCulture, $"every {time.TotalDays:0.#} days"),
    };

    /// <summary>One short phrase for each rule; none where everything is wanted at any hour.</summary>
    public static IEnumerable<string> RulesOf(ChannelSettings settings)
    {
        var filter = settings.Filter;
        if (filter.SkipShorts) yield return "no shorts";
        if (!filter.SkipMembersOnly) yield return "members only too";
        if (filter.Shortest is { } shortest) yield return string.Create(CultureInfo.InvariantCulture, $"from {shortest.TotalMinutes:0.#} min");
        if (filter.Longest is { } longest) yield return string.Create(CultureInfo.InvariantCulture, $"up to {longest.TotalMinutes:0.#} min");
        if (filter.Since is { } since) yield return string.Create(CultureInfo.InvariantCulture, $"since {since:yyyy-MM-dd}");
        foreach (var title in filter.Titles) yield return $"titles like {title}";
        foreach (var title in filter.NotTitles) yield return $"no titles like {title}";
        if (settings.Priority != 0) yield return string.Create(CultureInfo.InvariantCulture, $"priority {settings.Priority}");
        if (settings is { ActiveFrom: { } from, ActiveTo: { } to }) yield return string.Create(CultureInfo.InvariantCulture, $"{from:HH:mm} to {to:HH:mm}");
    }
}

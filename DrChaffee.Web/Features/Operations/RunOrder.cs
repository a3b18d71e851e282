using System.Text.Json.Serialization;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What a run is asked to do, as it was written, so that each fault becomes a sentence: a folder by its path, or a channel, playlist, feed or recording by its address.</summary>
/// <param name="Source"><c>yt-dlp</c>, <c>youtube</c>, <c>rss</c> or <c>folder</c>; left out, the address tells.</param>
internal sealed record RunOrder(
    [property: JsonConverter(typeof(AsWritten))] string? Path = null,
    [property: JsonConverter(typeof(AsWritten))] string? Source = null,
    [property: JsonConverter(typeof(AsWritten))] string? Channel = null,
    [property: JsonConverter(typeof(AsWritten))] string? Limit = null,
    [property: JsonConverter(typeof(AsWritten))] string? LimitUnprocessed = null,
    [property: JsonConverter(typeof(AsWritten))] string? SkipShorts = null,
    [property: JsonConverter(typeof(AsWritten))] string? NewestFirst = null,
    [property: JsonConverter(typeof(AsWritten))] string? Since = null,
    [property: JsonConverter(typeof(AsWritten))] string? Force = null,
    [property: JsonConverter(typeof(AsWritten))] string? DryRun = null,
    [property: JsonConverter(typeof(AsWritten))] string? StoreAudioLocally = null);

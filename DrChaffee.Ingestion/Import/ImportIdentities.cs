using DrChaffee.Domain.Sources;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Storing;

namespace DrChaffee.Ingestion.Import;

/// <summary>Gives each imported file the source that it is, or a new one. Asked in the order of the files, so that the same folder gives the same keys everywhere.</summary>
internal sealed class ImportIdentities(KnownSources known)
{
    private readonly HashSet<(string Type, string Id)> _given = [];

    /// <param name="document">Null where the file could not be read.</param>
    public SourceFacts FactsOf(PlannedFile planned, TranscriptDocument? document)
    {
        var name = MediaName.Of(planned.File.Path);
        var (type, id) = planned.Known is { } source ? (source.SourceType, source.SourceId) : NewIdentity(planned, document, name);
        var channel = planned.File.Channel;
        if (document?.Channel is { Length: > 0 } title) channel = channel with { Address = $"{channel.Address}#{title}", Title = title };
        return new SourceFacts(
            type, id, document?.Title ?? name.Title, channel, document?.Url?.AbsoluteUri ?? (type == "youtube" && YoutubeId.TryParse(id, out var video) ? video.WatchUrl() : null),
            (document?.PublishedOn ?? name.Date) is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : null,
            document?.Duration, planned.File.Path, planned.Known?.FencingToken ?? 0);
    }

    private (string Type, string Id) NewIdentity(PlannedFile planned, TranscriptDocument? document, MediaName name)
    {
        var youtubeId = name.YoutubeId ?? (document?.Url is { } url && YoutubeId.TryParse(url.AbsoluteUri, out var fromUrl) ? fromUrl : null);
        if (youtubeId is { } video && IsFree("youtube", video.Value)) return ("youtube", video.Value);

        var folder = Path.GetFileName(Path.GetDirectoryName(planned.File.Path));
        var slug = SourceKey.Slug($"{folder} {Path.GetFileNameWithoutExtension(planned.File.Path)}");
        if (slug.Length == 0) slug = "transcript";
        var id = slug;
        for (var digits = 6; !IsFree("transcript", id); digits++) id = $"{slug}-{planned.Hash[..digits]}";
        return ("transcript", id);
    }

    private bool IsFree(string type, string id) => known.ByIdentity(type, id) is null && _given.Add((type, id));
}

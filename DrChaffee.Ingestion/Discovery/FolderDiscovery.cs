using DrChaffee.Domain.Transcripts.Formats;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>Finds the recordings in a folder, and the captions beside them.</summary>
internal sealed class FolderDiscovery : IRecordingFinder
{
    internal static readonly HashSet<string> MediaExtensions =
        new([".mp3", ".m4a", ".wav", ".flac", ".opus", ".ogg", ".webm", ".mp4", ".mkv"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Where several lie side by side, the first of these is taken; then one with a language in its name.</summary>
    private static readonly string[] CaptionEndings = [".vtt", ".srt", ".json", ".md", ".en.vtt", ".en.srt"];

    public SourceKind Kind => SourceKind.Folder;

    public async Task<IReadOnlyList<Recording>> FindAsync(IngestionRequest request, CancellationToken cancellationToken)
    {
        var root = Path.GetFullPath(request.Channel);
        if (!Directory.Exists(root)) throw new IngestionException($"There is no folder {root}.");
        var manifest = await LibraryManifest.ReadAsync(root, cancellationToken);
        List<string> files = [.. FolderWalk.Files(root)];
        var names = files.ToHashSet(StringComparer.Ordinal);
        var channel = new ChannelFacts("folder", root, Path.GetFileName(Path.TrimEndingDirectorySeparator(root)));
        return [.. files.Where(IsMedia).Select(path => Describe(path, CaptionOf(path, names), manifest.Find(path), channel))];
    }

    private static bool IsMedia(string path) => MediaExtensions.Contains(Path.GetExtension(path));

    private static Recording Describe(string path, string? captions, ManifestEntry? entry, ChannelFacts channel)
    {
        var name = MediaName.Of(path);
        var modified = ModifiedAt(path);
        var published = (entry?.PublishedOn ?? name.Date) is { } day ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero) : modified;
        if (captions is not null && ModifiedAt(captions) is var captionsModified && captionsModified > modified) modified = captionsModified;
        var own = entry?.Channel is { } title ? channel with { Address = $"{channel.Address}#{title}", Title = title } : channel;
        return new Recording(new FetchPlan(FetchKind.File, path, captions), entry?.Title ?? name.Title, own)
        {
            Identity = name.YoutubeId is { } youtubeId ? ("youtube", youtubeId.Value) : null,
            Url = name.YoutubeId?.WatchUrl(),
            PublishedAt = published,
            Description = entry?.Description,
            OnlySpeaker = entry?.Speakers is [var only] ? only : null,
            Modified = modified,
        };
    }

    private static DateTimeOffset ModifiedAt(string path) => new(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);

    private static string? CaptionOf(string media, HashSet<string> names)
    {
        var stem = Path.Combine(Path.GetDirectoryName(media)!, Path.GetFileNameWithoutExtension(media));
        return Array.Find(CaptionEndings, ending => names.Contains(stem + ending)) is { } found
            ? stem + found
            : names.Where(name => name.StartsWith(stem + ".", StringComparison.Ordinal) && IsCaptionInALanguage(name[stem.Length..])).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>Such as <c>.de.vtt</c> or <c>.en-orig.srt</c>.</summary>
    private static bool IsCaptionInALanguage(string ending) =>
        Path.GetExtension(ending) is ".vtt" or ".srt" && TranscriptFile.IsKnown(ending) && Path.GetFileNameWithoutExtension(ending).Length is > 1 and <= 12;
}

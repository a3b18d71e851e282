using DrChaffee.Domain.Transcripts.Formats;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Import;

/// <summary>One transcript file; its folder is its channel.</summary>
internal sealed record ImportFile(string Path, long Size)
{
    public ChannelFacts Channel
    {
        get
        {
            var folder = System.IO.Path.GetDirectoryName(Path)!;
            var name = System.IO.Path.GetFileName(folder);
            return new ChannelFacts(ChannelKinds.Import, folder, name.Length > 0 ? name : folder);
        }
    }

    public static IReadOnlyList<ImportFile> Find(IEnumerable<string> paths) =>
        [.. paths.SelectMany(FilesAt).Distinct(StringComparer.Ordinal).Select(path => new ImportFile(path, new FileInfo(path).Length))];

    private static IEnumerable<string> FilesAt(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full)) return FolderWalk.Files(full).Where(IsTranscript);
        if (!File.Exists(full)) throw new IngestionException($"There is no file or folder {full}.");
        return TranscriptFile.IsKnown(full) ? [full] : throw new IngestionException($"{full} is no transcript file that can be read; give one that ends in {string.Join(", ", TranscriptFile.Extensions)}.");
    }

    private static bool IsTranscript(string path) => TranscriptFile.IsKnown(path) && System.IO.Path.GetFileName(path) != LibraryManifest.FileName;
}

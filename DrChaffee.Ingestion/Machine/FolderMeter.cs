using System.IO.Enumeration;

namespace DrChaffee.Ingestion.Machine;

/// <summary>What lies in one of this machine's folders.</summary>
/// <param name="Name">What it holds, in a person's words.</param>
public sealed record FolderSize(string Name, int Files, long Bytes);

/// <summary>Adds up the files of a folder; one that is not there holds none, and what goes away meanwhile or cannot be read is left out.</summary>
internal static class FolderMeter
{
    public static FolderSize Read(string name, string path)
    {
        var (files, bytes) = (0, 0L);
        using var lengths = new Lengths(path);
        while (lengths.MoveNext()) (files, bytes) = (files + 1, bytes + lengths.Current);
        return new FolderSize(name, files, bytes);
    }

    private sealed class Lengths(string path) : FileSystemEnumerator<long>(path, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
    {
        protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) => !entry.IsDirectory;

        protected override long TransformEntry(ref FileSystemEntry entry) => entry.Length;

        protected override bool ContinueOnError(int error) => true;
    }
}

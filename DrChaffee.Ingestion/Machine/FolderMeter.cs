namespace DrChaffee.Ingestion.Machine;

/// <summary>What lies in one of this machine's folders.</summary>
/// <param name="Name">What it holds, in a person's words.</param>
public sealed record FolderSize(string Name, int Files, long Bytes);

/// <summary>Adds up the files of a folder; one that is not there holds none.</summary>
internal static class FolderMeter
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    public static FolderSize Read(string name, string path)
    {
        var (files, bytes) = (0, 0L);
        try
        {
            foreach (var file in new DirectoryInfo(path).EnumerateFiles("*", Everything)) (files, bytes) = (files + 1, bytes + file.Length);
        }
        catch (IOException)
        {
            // What goes away while it is counted no longer takes room.
        }

        return new FolderSize(name, files, bytes);
    }
}

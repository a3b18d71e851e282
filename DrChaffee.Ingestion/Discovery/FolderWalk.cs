namespace DrChaffee.Ingestion.Discovery;

/// <summary>Lists the files under a folder in a fixed order. Follows links, and enters each real folder once, so that a loop of links ends.</summary>
internal static class FolderWalk
{
    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    public static IEnumerable<string> Files(string root)
    {
        HashSet<string> entered = new(StringComparer.Ordinal);
        Stack<(string Path, string Real)> waiting = new([(Path.GetFullPath(root), RealPath(new DirectoryInfo(root), Path.GetFullPath(root)))]);
        while (waiting.TryPop(out var folder))
        {
            if (!entered.Add(folder.Real)) continue;
            foreach (var file in Directory.EnumerateFiles(folder.Path, "*", Readable).Order(StringComparer.Ordinal)) yield return file;
            foreach (var inner in Directory.EnumerateDirectories(folder.Path, "*", Readable).OrderDescending(StringComparer.Ordinal))
                waiting.Push((inner, RealPath(new DirectoryInfo(inner), Path.Combine(folder.Real, Path.GetFileName(inner)))));
        }
    }

    private static string RealPath(DirectoryInfo folder, string otherwise) =>
        folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? otherwise;
}

using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Features.Support;

/// <summary>A support bundle on this machine's disk: whole or not there, and for its owner's eyes.</summary>
internal static class BundleFile
{
    /// <exception cref="IngestionException">It cannot be written there; the message says why in a sentence.</exception>
    public static void Check(string path, bool force)
    {
        var file = new FileInfo(path);
        if (Directory.Exists(path)) throw new IngestionException($"{path} is a folder; write the name of a file in it, such as {Path.Combine(path, "support.zip")}.");
        if (file.Directory is { Exists: false } folder) throw new IngestionException($"The folder {folder.FullName} is not there; make it first, or choose another.");
        if (file.Exists && !force) throw new IngestionException($"{path} is there already; choose another name, or add --force to write over it.");
    }

    /// <returns>The names of the files in it.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(string path, SupportBundle bundle, CancellationToken cancellationToken)
    {
        var unfinished = $"{path}.{Guid.NewGuid():N}.part";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            IReadOnlyList<string> files;
            await using (var to = new FileStream(unfinished, options)) files = await bundle.WriteAsync(to, served: false, cancellationToken);
            File.Move(unfinished, path, overwrite: true);
            return files;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}

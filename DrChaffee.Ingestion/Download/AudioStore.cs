using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Storing;

namespace DrChaffee.Ingestion.Download;

/// <summary>Audio that this machine keeps, each file under the name of its content: the same recording is never kept twice.</summary>
internal sealed class AudioStore(ChaffeeSettings settings)
{
    /// <summary>Copies the file in and gives its path there. A reader never sees half a file.</summary>
    public async Task<string> KeepAsync(string path, CancellationToken cancellationToken)
    {
        var hash = await ContentFingerprint.OfAsync(path, cancellationToken);
        var folder = Path.Combine(settings.AudioDirectory, hash[..2]);
        var kept = Path.Combine(folder, hash + Path.GetExtension(path).ToLowerInvariant());
        if (File.Exists(kept)) return kept;

        Directory.CreateDirectory(folder);
        var unfinished = Path.Combine(folder, $".{hash}.{Guid.NewGuid():N}.part");
        try
        {
            await using (var from = File.OpenRead(path))
            await using (var to = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
                await from.CopyToAsync(to, cancellationToken);
            File.Move(unfinished, kept, overwrite: true);
            return kept;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}

using DrChaffee.Domain.Settings;

namespace DrChaffee.Ingestion.Decoding;

/// <summary>One run's files that are needed between two stages only; gone when it is disposed, and after a crash by the next run.</summary>
internal sealed class WorkFolder : IDisposable
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(2);

    private readonly string _path;

    public WorkFolder(ChaffeeSettings settings, Guid runId, TimeProvider time)
    {
        var parent = Directory.CreateDirectory(Path.Combine(settings.DataDirectory, "work"));
        foreach (var old in parent.EnumerateDirectories().Where(folder => time.GetUtcNow().UtcDateTime - folder.LastWriteTimeUtc > Abandoned)) Delete(old.FullName);
        _path = parent.CreateSubdirectory(runId.ToString("N")).FullName;
    }

    public string FileFor(long source) => Path.Combine(_path, $"{source}.wav");

    public void Dispose() => Delete(_path);

    private static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another run swept it.
        }
    }
}

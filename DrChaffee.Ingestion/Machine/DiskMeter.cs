using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Download;

namespace DrChaffee.Ingestion.Machine;

/// <summary>Tells the room on the disks that this machine keeps its data and its audio on.</summary>
internal sealed class DiskMeter(ChaffeeSettings settings)
{
    /// <summary>Each disk once.</summary>
    /// <param name="database">Where the database lies, if that is known and on this machine.</param>
    public IReadOnlyList<DiskRoom> Read(string? database = null)
    {
        var mounts = Mounts();
        (string Holds, string Folder)[] folders = [("data", settings.DataDirectory), ("audio", settings.AudioDirectory), .. database is null ? ((string, string)[])[] : [("database", database)]];
        return [.. folders.GroupBy(folder => MountOf(folder.Folder, mounts), StringComparer.Ordinal).Select(disk => Of(disk.Key, [.. disk.Select(folder => folder.Holds)])).OfType<DiskRoom>()];
    }

    private static DiskRoom? Of(string mount, IReadOnlyList<string> holds)
    {
        try
        {
            var drive = new DriveInfo(mount);
            return new DiskRoom(holds, mount, drive.TotalSize, drive.AvailableFreeSpace, drive.AvailableFreeSpace < AudioStore.Reserve);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return null; // it is not there at the moment
        }
    }

    private static IReadOnlyList<string> Mounts()
    {
        try
        {
            return [.. DriveInfo.GetDrives().Select(drive => drive.Name)];
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string MountOf(string folder, IReadOnlyList<string> mounts) =>
        mounts.Where(mount => folder == mount || folder.StartsWith(Path.EndsInDirectorySeparator(mount) ? mount : mount + Path.DirectorySeparatorChar, StringComparison.Ordinal)).MaxBy(mount => mount.Length)
        ?? Path.GetPathRoot(folder)!;
}

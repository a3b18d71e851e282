using System.Globalization;

namespace DrChaffee.Ingestion.Transfer.Backups;

/// <summary>Writes a whole database, accounts and keys included, into one file. A backup is there whole or not at all.</summary>
public sealed class LibraryBackup(TimeProvider time, IProgress<TransferProgress>? progress)
{
    private const string Ending = ".dump";
    private const string Unfinished = ".partial";
    private const string NamePrefix = "drchaffee-";

    /// <param name="path">The file; or a folder, where it gets a name made of the time.</param>
    /// <param name="keep">How many backups of its own stay in the folder, the newest; null for all.</param>
    /// <exception cref="TransferException">It cannot be done.</exception>
    public async Task<BackupReport> RunAsync(DatabaseAddress from, string path, int? keep, CancellationToken cancellationToken)
    {
        var isFolder = Directory.Exists(path) || Path.EndsInDirectorySeparator(path);
        if (keep is not null && !isFolder) throw new TransferException($"--keep needs a folder, and {path} is none; create it, or write a slash behind its name.");
        if (!isFolder && File.Exists(path)) throw new TransferException($"{path} is there already, and may be the only backup; name another file, or a folder, where each gets a name of its own.");
        var folder = isFolder ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var file = isFolder ? Path.Combine(folder, $"{NamePrefix}{time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}{Ending}") : path;

        var manifest = await DumpAsync(from, file, folder, cancellationToken);
        return new BackupReport(file, new FileInfo(file).Length, manifest.Tables, keep is { } newest ? RemoveOld(folder, newest) : []);
    }

    private async Task<BackupManifest> DumpAsync(DatabaseAddress from, string file, string folder, CancellationToken cancellationToken)
    {
        await using var origin = await from.OpenAsync(cancellationToken);
        var facts = await LibraryFacts.RequireAsync(origin, from.Name, cancellationToken);
        var tools = await PostgresTools.FindAsync(facts.Server, PostgresTools.Folders, cancellationToken);
        TransferRoom.RequireSpace(folder, facts.Bytes / 2);
        await using var transaction = await origin.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var snapshot = await origin.ReadAsync<string>("SELECT pg_export_snapshot()", cancellationToken);

        var partial = file + Unfinished;
        CreatePrivate(partial);
        progress?.Report(new TransferProgress("backing up"));
        var dump = tools.RunAsync(
            "pg_dump", from, ["--format=custom", $"--file={partial}", $"--snapshot={snapshot}", "--no-owner", "--no-privileges", "--no-publications", "--no-subscriptions", "--no-password", "--verbose"],
            line => progress?.Report(new TransferProgress("backing up", line)), cancellationToken);
        IReadOnlyList<TableSum> sums;
        try
        {
            sums = await TableSums.ReadAsync(origin, await LibraryTables.ExistingAsync(origin, cancellationToken), cancellationToken);
        }
        finally
        {
            await dump;
        }

        progress?.Report(new TransferProgress("checking"));
        await tools.RunAsync("pg_restore", from, ["--list", partial], _ => { }, cancellationToken);
        var manifest = new BackupManifest(from.Name, time.GetUtcNow(), facts.Schema!, facts.Server, sums);
        await manifest.WriteAsync(BackupManifest.PathOf(file), cancellationToken);
        File.Move(partial, file, overwrite: true);
        return manifest;
    }

    /// <summary>Password hashes and keys are in it.</summary>
    private static void CreatePrivate(string path)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var created = new FileStream(path, options);
    }

    private static string[] RemoveOld(string folder, int keep)
    {
        string[] old = [.. Directory.EnumerateFiles(folder, $"{NamePrefix}*{Ending}").OrderDescending(StringComparer.Ordinal).Skip(keep), .. Directory.EnumerateFiles(folder, $"{NamePrefix}*{Ending}{Unfinished}")];
        foreach (var file in old)
        {
            File.Delete(file);
            File.Delete(BackupManifest.PathOf(file));
        }

        return old;
    }
}

/// <param name="Removed">Older backups that made way.</param>
public sealed record BackupReport(string File, long Bytes, IReadOnlyList<TableSum> Tables, IReadOnlyList<string> Removed);

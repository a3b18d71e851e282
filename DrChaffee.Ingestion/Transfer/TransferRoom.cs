using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace DrChaffee.Ingestion.Transfer;

/// <summary>Where a transfer puts its files: a folder for each target, whose remains the next transfer removes. Only one at a time works on a target.</summary>
internal sealed class TransferRoom : IAsyncDisposable
{
    private const double Gigabyte = 1e9;

    private readonly NpgsqlConnection _guard;
    private readonly string _parent;

    private TransferRoom(NpgsqlConnection guard, string parent)
    {
        (_guard, _parent) = (guard, parent);
        Folder = Path.Combine(parent, Guid.NewGuid().ToString("N"));
    }

    public string Folder { get; }

    /// <exception cref="TransferException">Another transfer is at work on the same target.</exception>
    public static async Task<TransferRoom> EnterAsync(DatabaseAddress target, string dataFolder, CancellationToken cancellationToken)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(target.Name)))[..12];
        var guard = await target.OpenServerAsync(cancellationToken);
        try
        {
            if (!await guard.ReadAsync<bool>("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", cancellationToken, $"drchaffee transfer {target.Database}"))
                throw new TransferException($"Another transfer is at work on {target.Name}; wait until it has ended.");
            var room = new TransferRoom(guard, Path.Combine(dataFolder, "transfer", name));
            room.Clear();
            Directory.CreateDirectory(room._parent);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(room._parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // keys and password hashes pass through
            Directory.CreateDirectory(room.Folder);
            return room;
        }
        catch
        {
            await guard.DisposeAsync();
            throw;
        }
    }

    /// <summary>The server's own disk can only be looked at where it is this machine's, and by a user who may know where it writes.</summary>
    /// <param name="files">What is to be written here, at most.</param>
    /// <param name="database">What the new database needs.</param>
    /// <exception cref="TransferException">There is too little room.</exception>
    public async Task RequireSpaceAsync(DatabaseAddress target, long files, long database, CancellationToken cancellationToken)
    {
        RequireSpace(_parent, files);
        if (!target.IsLocal || !await _guard.ReadAsync<bool>("SELECT pg_has_role('pg_read_all_settings', 'MEMBER')", cancellationToken)) return;
        if (await _guard.ReadAsync<string>("SHOW data_directory", cancellationToken) is { } data && Directory.Exists(Path.GetDirectoryName(data))) RequireSpace(Path.GetDirectoryName(data)!, database);
    }

    public static void RequireSpace(string folder, long bytes)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < bytes) throw new TransferException(string.Create(CultureInfo.InvariantCulture, $"{folder} has {free / Gigabyte:F1} GB free, and this may need {bytes / Gigabyte:F1} GB; make room, or set DATA_DIR to a larger disk."));
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            Clear();
        }
        finally
        {
            await _guard.DisposeAsync();
        }
    }

    private void Clear()
    {
        if (Directory.Exists(_parent)) Directory.Delete(_parent, recursive: true);
    }
}

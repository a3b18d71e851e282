using System.Text.Json;
using System.Text.Json.Serialization;

namespace DrChaffee.Ingestion.Transfer.Backups;

/// <summary>What a backup holds, in a small file beside it, so that whoever restores it can tell whether all of it came back.</summary>
/// <param name="Schema">The last migration of what was backed up.</param>
/// <param name="Server">The major version of the server that it was taken from.</param>
public sealed record BackupManifest(string Origin, DateTimeOffset At, string Schema, int Server, IReadOnlyList<TableSum> Tables)
{
    private static readonly BackupJson Json = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true });

    public static string PathOf(string backup) => backup + ".json";

    public Task WriteAsync(string path, CancellationToken cancellationToken) => File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(this, Json.BackupManifest), cancellationToken);

    /// <summary>Null where it is not there.</summary>
    /// <exception cref="TransferException">It cannot be read.</exception>
    public static async Task<BackupManifest?> TryReadAsync(string backup, CancellationToken cancellationToken)
    {
        if (!File.Exists(PathOf(backup))) return null;
        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(PathOf(backup), cancellationToken), Json.BackupManifest);
        }
        catch (JsonException ex)
        {
            throw new TransferException($"{PathOf(backup)} cannot be read ({ex.Message}); without it, by deleting it, the backup is restored unchecked.", ex);
        }
    }
}

[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;

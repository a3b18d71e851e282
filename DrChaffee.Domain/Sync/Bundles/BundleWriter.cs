using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using DrChaffee.Domain.Sync.Origins;
using Npgsql;

namespace DrChaffee.Domain.Sync.Bundles;

/// <summary>Writes the changes of a library into a signed file, for a machine that this one cannot reach.</summary>
public sealed class BundleWriter(TimeProvider time)
{
    private const int Buffer = 1 << 16;

    /// <param name="sinceLast">Only what changed since the last bundle; otherwise everything.</param>
    /// <exception cref="SyncException">It cannot be made; one sentence says why.</exception>
    public async Task<BundleSummary> WriteAsync(string from, string path, string? key, bool sinceLast, CancellationToken cancellationToken)
    {
        using var signer = BundleFormat.Signer(key);
        await using var end = await LibraryEnd.OpenAsync(from, cancellationToken);
        return await LibrarySync.GuardAsync(async () =>
        {
            var since = sinceLast ? await LastAsync(end, cancellationToken) : 0;
            await using var origin = await DatabaseOrigin.OpenAsync(end, cancellationToken);
            var part = $"{path}.part"; // a bundle that broke off never bears the name
            var manifest = await WriteAsync(origin, end, part, since, signer, cancellationToken);
            File.Move(part, path, overwrite: true);
            if (!end.ReadOnly) await RememberAsync(end, manifest, cancellationToken);
            return new BundleSummary(path, manifest.FromVersion, manifest.ToVersion, manifest.Recordings, manifest.Segments, manifest.Passages, new FileInfo(path).Length);
        });
    }

    private async Task<BundleManifest> WriteAsync(DatabaseOrigin origin, LibraryEnd end, string path, long since, IncrementalHash signer, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, Buffer, FileOptions.Asynchronous);
        await file.WriteAsync(BundleFormat.Magic, cancellationToken);
        var (recordings, segments, passages) = (0, 0L, 0L);
        await using (var packed = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            await foreach (var batch in origin.BatchesAsync(Guid.Empty, since, [], cancellationToken))
            {
                recordings += batch.Keys.Count;
                segments += batch.Sources.Values.Sum(source => (long)source.Segments.Count);
                passages += batch.Sources.Values.Sum(source => (long)source.Passages.Count);
                await WriteBatchAsync(origin, batch, packed, cancellationToken);
            }
        }

        var manifest = new BundleManifest(end.Library, end.Name, end.Schema, since, origin.Version, time.GetUtcNow(), recordings, segments, passages, origin.Model);
        var text = JsonSerializer.SerializeToUtf8Bytes(manifest, BundleFormat.Json);
        await file.WriteAsync(text, cancellationToken);
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        await file.WriteAsync(length, cancellationToken);
        await SignAsync(file, signer, cancellationToken);
        file.Seek(0, SeekOrigin.End);
        await file.WriteAsync(signer.GetHashAndReset(), cancellationToken);
        return manifest;
    }

    private static async Task WriteBatchAsync(DatabaseOrigin origin, OriginBatch batch, Stream packed, CancellationToken cancellationToken)
    {
        var head = new BundleHead(batch.Keys, batch.Position, [.. batch.Sources.Values], await origin.BasesAsync(batch.Keys, cancellationToken));
        await WriteBlockAsync(packed, JsonSerializer.SerializeToUtf8Bytes(head, BundleFormat.Json), cancellationToken);
        var wanted = Wanted.All(batch.Sources.Values);
        foreach (var table in CopyTable.All)
        {
            using var rows = new MemoryStream();
            await origin.CopyAsync(table, wanted, rows, cancellationToken);
            await WriteBlockAsync(packed, rows.GetBuffer().AsMemory(0, (int)rows.Length), cancellationToken);
        }
    }

    private static async Task WriteBlockAsync(Stream packed, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, block.Length);
        await packed.WriteAsync(length, cancellationToken);
        await packed.WriteAsync(block, cancellationToken);
    }

    private static async Task SignAsync(FileStream file, IncrementalHash signer, CancellationToken cancellationToken)
    {
        await file.FlushAsync(cancellationToken);
        file.Seek(0, SeekOrigin.Begin);
        var buffer = new byte[Buffer];
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read) signer.AppendData(buffer, 0, read);
    }

    private static async Task<long> LastAsync(LibraryEnd end, CancellationToken cancellationToken)
    {
        await using var connection = await end.ConnectAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT coalesce((SELECT to_version FROM sync_bundles ORDER BY id DESC LIMIT 1), 0)", connection);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task RememberAsync(LibraryEnd end, BundleManifest manifest, CancellationToken cancellationToken)
    {
        await using var connection = await end.ConnectAsync(cancellationToken);
        await using var command = new NpgsqlCommand("INSERT INTO sync_bundles (from_version, to_version) VALUES ($1, $2)", connection);
        command.Parameters.AddWithValue(manifest.FromVersion);
        command.Parameters.AddWithValue(manifest.ToVersion);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>What a bundle that was just written holds.</summary>
public sealed record BundleSummary(string Path, long FromVersion, long ToVersion, int Recordings, long Segments, long Passages, long Bytes);

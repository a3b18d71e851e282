using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using DrChaffee.Domain.Sync.Merging;
using DrChaffee.Domain.Sync.Origins;
using Npgsql;

namespace DrChaffee.Domain.Sync.Bundles;

/// <summary>Reads a bundle. Its signature is checked over the whole file before any of it is believed.</summary>
internal sealed class BundleOrigin : ISyncOrigin
{
    private const int Buffer = 1 << 16;

    private readonly FileStream _file;

    private BundleOrigin(FileStream file, BundleManifest manifest) => (_file, Manifest) = (file, manifest);

    public BundleManifest Manifest { get; }
    public string Name => Manifest.Name;
    public Guid Library => Manifest.Library;
    public long Version => Manifest.ToVersion;
    public OriginModel? Model => Manifest.Model;
    public int Total => Manifest.Recordings;

    /// <exception cref="SyncException">The file is no bundle, or not as it was written.</exception>
    public static async Task<BundleOrigin> OpenAsync(string path, string? key, CancellationToken cancellationToken)
    {
        using var signer = BundleFormat.Signer(key);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, Buffer, FileOptions.Asynchronous);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new SyncException($"The bundle {path} cannot be read ({ex.Message.TrimEnd('.')}).", ex);
        }

        try
        {
            return new BundleOrigin(file, await VerifyAsync(file, path, signer, cancellationToken));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <param name="also">A bundle holds only what it holds.</param>
    public async IAsyncEnumerable<OriginBatch> BatchesAsync(Guid target, long position, IReadOnlyCollection<string> also, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _file.Seek(BundleFormat.Magic.Length, SeekOrigin.Begin);
        await using var packed = new GZipStream(_file, CompressionMode.Decompress, leaveOpen: true);
        while (await ReadBlockAsync(packed, cancellationToken) is { } block)
        {
            var head = JsonSerializer.Deserialize<BundleHead>(block, BundleFormat.Json)!;
            var rows = new byte[CopyTable.All.Length][];
            for (var i = 0; i < rows.Length; i++) rows[i] = await ReadBlockAsync(packed, cancellationToken) ?? [];
            yield return new BundleBatch(
                head.Keys, head.Position, head.Sources.ToDictionary(source => source.Key, StringComparer.Ordinal),
                head.Bases.TryGetValue(target, out var bases) ? bases : new Dictionary<string, RememberedBase>(StringComparer.Ordinal), rows);
        }
    }

    public async Task StageAsync(OriginBatch batch, IReadOnlyList<SourcePlan> plans, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        foreach (var (table, rows) in CopyTable.All.Zip(((BundleBatch)batch).Rows))
        {
            await using var into = await target.BeginRawBinaryCopyAsync(table.In, cancellationToken);
            await into.WriteAsync(rows, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static async Task<BundleManifest> VerifyAsync(FileStream file, string path, IncrementalHash signer, CancellationToken cancellationToken)
    {
        var magic = new byte[BundleFormat.Magic.Length];
        if (file.Length < magic.Length + BundleFormat.TrailerLength || await file.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken) < magic.Length || !magic.AsSpan().SequenceEqual(BundleFormat.Magic))
            throw new SyncException($"{path} is no bundle of changes of this version.");

        file.Seek(0, SeekOrigin.Begin);
        var buffer = new byte[Buffer];
        for (var left = file.Length - BundleFormat.SignatureLength; left > 0;)
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
            signer.AppendData(buffer, 0, read);
            left -= read;
        }

        var signature = new byte[BundleFormat.SignatureLength];
        await file.ReadExactlyAsync(signature, cancellationToken);
        if (!CryptographicOperations.FixedTimeEquals(signature, signer.GetHashAndReset()))
            throw new SyncException($"{path} is not as it was written: it was changed or cut short, or SYNC_BUNDLE_KEY is another one than where it was made.");

        var trailer = new byte[sizeof(int)];
        file.Seek(-BundleFormat.TrailerLength, SeekOrigin.End);
        await file.ReadExactlyAsync(trailer, cancellationToken);
        var text = new byte[BinaryPrimitives.ReadInt32BigEndian(trailer)];
        file.Seek(-BundleFormat.TrailerLength - text.Length, SeekOrigin.End);
        await file.ReadExactlyAsync(text, cancellationToken);
        return JsonSerializer.Deserialize<BundleManifest>(text, BundleFormat.Json)!;
    }

    private static async Task<byte[]?> ReadBlockAsync(Stream packed, CancellationToken cancellationToken)
    {
        var length = new byte[sizeof(int)];
        if (await packed.ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false, cancellationToken) < length.Length) return null;
        var block = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await packed.ReadExactlyAsync(block, cancellationToken);
        return block;
    }

    private sealed record BundleBatch(
        IReadOnlyList<string> Keys, long Position, IReadOnlyDictionary<string, SourceHashes> Sources, IReadOnlyDictionary<string, RememberedBase> Bases, byte[][] Rows)
        : OriginBatch(Keys, Position, Sources, Bases);
}

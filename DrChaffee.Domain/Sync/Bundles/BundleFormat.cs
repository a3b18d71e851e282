using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DrChaffee.Domain.Sync.Merging;
using DrChaffee.Domain.Sync.Origins;

namespace DrChaffee.Domain.Sync.Bundles;

/// <summary>
/// A bundle is one file: a line that names the format, the compressed batches, the manifest as JSON, its length in four bytes, and HMAC-SHA-256 over all before it.
/// Each batch is its hashes as JSON and then the four kinds of rows as PostgreSQL's binary COPY gives them, each after its length.
/// </summary>
internal static class BundleFormat
{
    public const int SignatureLength = 32;
    public const int TrailerLength = SignatureLength + sizeof(int);
    public static readonly byte[] Magic = "drchaffee sync bundle 1\n"u8.ToArray();
    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <exception cref="SyncException">There is no key.</exception>
    public static IncrementalHash Signer(string? key) => key is null
        ? throw new SyncException("SYNC_BUNDLE_KEY is not set; set the secret that both machines share.")
        : IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key));
}

/// <summary>What a bundle is.</summary>
/// <param name="FromVersion">It holds the changes after this one; 0: everything.</param>
internal sealed record BundleManifest(Guid Library, string Name, string Schema, long FromVersion, long ToVersion, DateTimeOffset MadeAt, int Recordings, long Segments, long Passages, OriginModel? Model);

/// <summary>The head of one batch.</summary>
/// <param name="Bases">What the origin remembers of agreements, by the other library.</param>
internal sealed record BundleHead(IReadOnlyList<string> Keys, long Position, IReadOnlyList<SourceHashes> Sources, IReadOnlyDictionary<Guid, Dictionary<string, RememberedBase>> Bases);

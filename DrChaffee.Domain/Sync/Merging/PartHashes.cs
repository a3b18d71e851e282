namespace DrChaffee.Domain.Sync.Merging;

/// <summary>The numbered parts of a recording, segments or passages, each with a hash of all that it holds. Places may be missing.</summary>
internal sealed record PartHashes(int[] Ordinals, ulong[] Hashes)
{
    public static readonly PartHashes None = new([], []);

    public int Count => Ordinals.Length;

    public bool Equals(PartHashes? other) => other is not null && Ordinals.AsSpan().SequenceEqual(other.Ordinals) && Hashes.AsSpan().SequenceEqual(other.Hashes);

    public override int GetHashCode() => HashCode.Combine(Ordinals.Length, Hashes.Length == 0 ? 0 : Hashes[0]);
}

/// <summary>One recording as hashes.</summary>
/// <param name="Id">Its row number on its own side.</param>
/// <param name="Fields">One of each field, in the order of <see cref="SourceField"/>.</param>
/// <param name="Vectors">One for each passage; 0 where it has none of the model.</param>
/// <param name="Speakers">Who speaks in it.</param>
internal sealed record SourceHashes(string Key, long Id, string Title, ulong[] Fields, PartHashes Segments, PartHashes Passages, ulong[] Vectors, string[] Speakers);

/// <summary>What a recording holds beside its parts.</summary>
internal enum SourceField
{
    Title,
    Url,
    PublishedAt,
    Duration,
    Description,
    Channel,
    ThumbnailUrl,
    ContentHash,
}

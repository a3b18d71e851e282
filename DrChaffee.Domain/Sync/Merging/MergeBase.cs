namespace DrChaffee.Domain.Sync.Merging;

/// <summary>What both sides held of a recording when they last agreed.</summary>
internal sealed record MergeBase(ulong[] Fields, PartHashes Segments, PartHashes Passages)
{
    public static readonly int FieldCount = Enum.GetValues<SourceField>().Length;

    /// <summary>They never agreed, or agreed that it is gone.</summary>
    public static readonly MergeBase Nothing = new(new ulong[FieldCount], PartHashes.None, PartHashes.None);

    public static MergeBase Of(SourceHashes source) => new(source.Fields, source.Segments, source.Passages);

    public bool IsNothing => Segments.Count == 0 && Fields.All(hash => hash == 0);

    /// <summary>Whether this is what the recording says, passages aside: they are made of the segments.</summary>
    public bool Holds(SourceHashes source) => Fields.AsSpan().SequenceEqual(source.Fields) && Segments.Equals(source.Segments);

    public byte[] ToBytes()
    {
        if (IsNothing) return [];
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var hash in Fields) writer.Write(hash);
        Write(writer, Segments);
        Write(writer, Passages);
        writer.Flush();
        return bytes.ToArray();
    }

    public static MergeBase From(byte[] bytes)
    {
        if (bytes.Length == 0) return Nothing;
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var fields = new ulong[FieldCount];
        for (var i = 0; i < fields.Length; i++) fields[i] = reader.ReadUInt64();
        return new MergeBase(fields, ReadParts(reader), ReadParts(reader));
    }

    private static void Write(BinaryWriter writer, PartHashes parts)
    {
        writer.Write(parts.Count);
        foreach (var ordinal in parts.Ordinals) writer.Write(ordinal);
        foreach (var hash in parts.Hashes) writer.Write(hash);
    }

    private static PartHashes ReadParts(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        var (ordinals, hashes) = (new int[count], new ulong[count]);
        for (var i = 0; i < count; i++) ordinals[i] = reader.ReadInt32();
        for (var i = 0; i < count; i++) hashes[i] = reader.ReadUInt64();
        return new PartHashes(ordinals, hashes);
    }
}

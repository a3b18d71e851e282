using System.Text;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>What a library's own words mean in it: rows that stand in for those of the shipped model. Kept with the model in the database.</summary>
internal sealed class LibraryWords
{
    private readonly Dictionary<string, int> _rows;
    private readonly StemTable _table;

    public LibraryWords(string modelName, IReadOnlyList<string> stems, StemTable table)
    {
        ModelName = modelName;
        _table = table;
        _rows = new Dictionary<string, int>(stems.Count, StringComparer.Ordinal);
        for (var i = 0; i < stems.Count; i++) _rows[stems[i]] = i;
    }

    /// <summary>Names the model with these words: vectors of two libraries are as little comparable as those of two models.</summary>
    public string ModelName { get; }

    public bool TryAdd(string stem, float weight, Span<float> sum)
    {
        if (!_rows.TryGetValue(stem, out var row)) return false;
        _table.Add(row, weight, sum);
        return true;
    }

    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(ModelName);
        writer.Write(_rows.Count);
        foreach (var stem in _rows.Keys) writer.Write(stem);
        _table.Write(bytes);
        return bytes.ToArray();
    }

    public static LibraryWords FromBytes(byte[] stored)
    {
        using var reader = new BinaryReader(new MemoryStream(stored), Encoding.UTF8);
        var name = reader.ReadString();
        var stems = new string[reader.ReadInt32()];
        for (var i = 0; i < stems.Length; i++) stems[i] = reader.ReadString();
        return new LibraryWords(name, stems, StemTable.Read(reader.BaseStream));
    }
}

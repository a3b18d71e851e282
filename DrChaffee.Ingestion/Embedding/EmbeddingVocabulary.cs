using System.Globalization;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>Gives each stem its rows in the model: one row of its own, or, for a stem that training never met, the rows of the pieces it is made of.</summary>
internal sealed class EmbeddingVocabulary
{
    private const int ShortestPiece = 3;
    private const int LongestPiece = 5;

    private readonly Dictionary<string, int> _rows;
    private readonly IReadOnlyList<KnownStem> _stems;

    /// <param name="stems">Their place is their row.</param>
    /// <param name="buckets">Rows behind those of the stems that hashed pieces share, 1 or more.</param>
    public EmbeddingVocabulary(IReadOnlyList<KnownStem> stems, int buckets)
    {
        _rows = new Dictionary<string, int>(stems.Count, StringComparer.Ordinal);
        for (var i = 0; i < stems.Count; i++) _rows[stems[i].Stem] = i;
        _stems = stems;
        Buckets = buckets;
    }

    public int Buckets { get; }

    /// <summary>All rows: stems, then buckets.</summary>
    public int Rows => _rows.Count + Buckets;

    /// <summary>The row of a stem, or null where training never met it.</summary>
    public int? Row(string stem) => _rows.TryGetValue(stem, out var row) ? row : null;

    /// <summary>How many training texts held the stem; 0 where training never met it.</summary>
    public int Met(string stem) => _rows.TryGetValue(stem, out var row) ? _stems[row].Texts : 0;

    /// <summary>Rows of the character pieces of a stem, three to five characters long with its ends marked, by FNV-1a.</summary>
    public IReadOnlyList<int> Pieces(string stem)
    {
        var marked = $"<{stem}>";
        List<int> rows = [];
        for (var length = ShortestPiece; length <= LongestPiece; length++)
            for (var start = 0; start + length <= marked.Length; start++)
                rows.Add(_rows.Count + (int)(Fnv1A(marked.AsSpan(start, length)) % (uint)Buckets));
        return rows;
    }

    /// <summary>Reads a file whose first line is the number of buckets and whose other lines are a stem, a tab, and how many training texts held it.</summary>
    public static EmbeddingVocabulary Read(string path)
    {
        var lines = File.ReadAllLines(path);
        return new EmbeddingVocabulary(
            [.. lines.Skip(1).Select(line => line.Split('\t')).Select(parts => new KnownStem(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture)))],
            int.Parse(lines[0], CultureInfo.InvariantCulture));
    }

    public static void Write(string path, IReadOnlyList<KnownStem> stems, int buckets) =>
        File.WriteAllLines(path, [buckets.ToString(CultureInfo.InvariantCulture), .. stems.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Stem}\t{s.Texts}"))]);

    private static uint Fnv1A(ReadOnlySpan<char> text)
    {
        var hash = 2166136261u;
        foreach (var c in text) hash = (hash ^ c) * 16777619u;
        return hash;
    }
}

/// <summary>A stem with a row of its own.</summary>
/// <param name="Texts">How many training texts held it.</param>
internal readonly record struct KnownStem(string Stem, int Texts);

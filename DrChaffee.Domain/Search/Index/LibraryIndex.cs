using DrChaffee.Domain.Search.Words;

namespace DrChaffee.Domain.Search.Index;

/// <summary>
/// What search holds in memory: the passages, their words and the words of their recordings' titles, and a sketch of each vector. PostgreSQL is the truth; this follows it.
/// Many may search while one writes.
/// </summary>
internal sealed class LibraryIndex : IDisposable
{
    private readonly ReaderWriterLockSlim _lock = new();
    private readonly PassageTable _table = new();
    private readonly Dictionary<long, string[]> _titles = [];
    private readonly Postings _postings;
    private VectorSketches? _sketches;

    public LibraryIndex() => _postings = new Postings(_table);

    /// <summary>How many passages can be found.</summary>
    public int Count => _table.Live;

    /// <summary>How many passages were replaced or deleted since the index was loaded; they take room until it is loaded anew.</summary>
    public int Removed => _table.Numbers - _table.Live;

    /// <summary>What all of it takes.</summary>
    public IndexMemory Memory() => Read(() => new IndexMemory(_table.Live, _postings.Bytes + _titles.Values.Sum(OfTitle), _table.Bytes, _sketches?.Bytes ?? 0));

    /// <summary>The model whose vectors are sketched; null while none are.</summary>
    public int? SketchedModel => _sketches?.Model;

    /// <summary>Puts a source's passages in the place of those it had. They must come in ascending order of id; none at all removes the source.</summary>
    /// <param name="title">The lexemes of the recording's title.</param>
    public void Replace(long sourceId, string[] title, IReadOnlyList<IndexedPassage> passages) => Write(() =>
    {
        _table.Remove(sourceId);
        _titles.Remove(sourceId);
        if (passages.Count == 0) return;
        _titles[sourceId] = title;
        _postings.Add(_table.Add(sourceId, passages), passages);
    });

    /// <summary>Searches by these sketches from now on; null for none.</summary>
    public void Use(VectorSketches? sketches) => Write(() => _sketches = sketches);

    /// <summary>Writes sketches of vectors that belong to passages of the table; others are passed over.</summary>
    public void Sketch(VectorSketches sketches, IReadOnlyList<(long SourceId, long PassageId, float[] Vector)> vectors) => Write(() =>
    {
        foreach (var (source, passage, vector) in vectors)
            if (_table.Find(source, passage) is { } number) sketches.Set(number, vector);
    });

    /// <summary>Passages without a sketch, from a number on; at most so many, and where to go on, 0 at the end.</summary>
    public (IReadOnlyList<long> Passages, int Next) Unsketched(int from, int most) => Read(() =>
    {
        List<long> ids = [];
        if (_sketches is not { } sketches || sketches.Count >= _table.Numbers) return (ids, 0);
        var number = from;
        for (; number < _table.Numbers && ids.Count < most; number++)
            if (_table.IsLive(number) && !sketches.Has(number)) ids.Add(_table.Places[number].PassageId);
        return ((IReadOnlyList<long>)ids, number < _table.Numbers ? number : 0);
    });

    /// <summary>The best passages by words, in descending order of score.</summary>
    public IReadOnlyList<ScoredPassage> Search(IReadOnlyList<(string Lexeme, float Weight)> lexemes, PassageFilter filter, int take) =>
        Read(() => _postings.Best(lexemes, filter, take));

    /// <summary>The nearest passages by meaning, as near as their sketches tell; null while the model's vectors are not sketched.</summary>
    public IReadOnlyList<ScoredPassage>? Nearest(int model, float[] question, PassageFilter filter, int take) =>
        Read(() => _sketches is { } sketches && sketches.Model == model ? sketches.Nearest(question, _table, filter, _postings.Excluder(filter), take) : null);

    /// <summary>About how near passages are to a question, in their order; null for one without a sketch of the model.</summary>
    public float?[] Cosines(int model, float[] question, IReadOnlyList<ScoredPassage> passages) => Read(() => _sketches is { } sketches && sketches.Model == model
        ? sketches.Cosines(question, passages.Select(passage => _table.Find(passage.SourceId, passage.PassageId)))
        : new float?[passages.Count]);

    /// <summary>The scores by words of given passages, in their order; 0 where a passage holds none of the lexemes or is not in the index.</summary>
    public float[] Score(IReadOnlyList<(string Lexeme, float Weight)> lexemes, IReadOnlyList<ScoredPassage> passages) => Read(() =>
    {
        var scores = new float[passages.Count];
        for (var i = 0; i < scores.Length; i++)
            if (_table.Find(passages[i].SourceId, passages[i].PassageId) is { } number) scores[i] = _postings.Score(lexemes, number);
        return scores;
    });

    /// <summary>Whether a passage holds every one of the lexemes; false for one that is not in the index.</summary>
    public bool HoldsAll(IReadOnlyCollection<string> lexemes, long sourceId, long passageId) =>
        Read(() => _table.Find(sourceId, passageId) is { } number && lexemes.All(lexeme => _postings.Holds(lexeme, number)));

    /// <summary>What a passage would score that held nothing but every one of the lexemes, over and over: a bound that tells a full match from a single common word.</summary>
    public float Bound(IReadOnlyList<(string Lexeme, float Weight)> lexemes) => Read(() => _postings.Bound(lexemes));

    /// <summary>The passages that hold every one of the lexemes and pass the filter, the best of them first; at most so many.</summary>
    public IReadOnlyList<long> Holding(IReadOnlyList<(string Lexeme, float Weight)> lexemes, PassageFilter filter, int most) => Read(() => _postings.Holding(lexemes, filter, most));

    /// <summary>True where some passage holds the lexeme.</summary>
    public bool Knows(string lexeme) => Read(() => _postings.Knows(lexeme));

    /// <summary>How telling a word is: the fewer passages hold it, the more.</summary>
    public float Idf(string lexeme) => Read(() => _postings.Idf(lexeme));

    /// <summary>The stored words of passages, each with how telling it is.</summary>
    public StoredWords[] ReadWords(IReadOnlyList<byte[]> sent) => Read(() => sent.Select(bytes => new StoredWords(bytes, _postings.Look)).ToArray());

    /// <summary>What each word of a text weighs in it, by BM25 with the text as a passage; in the order of the words.</summary>
    public float[] Weigh(StoredWords words) => Read(() =>
    {
        var weights = new float[words.Count];
        for (var i = 0; i < weights.Length; i++) weights[i] = _postings.Weigh(words.Words[i], words.Length);
        return weights;
    });

    /// <summary>The lexemes of a recording's title; none where the recording is not in the index.</summary>
    public IReadOnlyCollection<string> Title(long sourceId) => Read(() => _titles.GetValueOrDefault(sourceId) ?? []);

    public void Dispose() => _lock.Dispose();

    private static long OfTitle(string[] words) => 64 + words.Sum(word => 32L + 2 * word.Length);

    private T Read<T>(Func<T> read)
    {
        _lock.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    private void Write(Action write)
    {
        _lock.EnterWriteLock();
        try
        {
            write();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }
}

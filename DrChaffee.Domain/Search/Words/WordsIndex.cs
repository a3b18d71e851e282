using System.Buffers;
using System.Runtime.InteropServices;

namespace DrChaffee.Domain.Search.Words;

/// <summary>
/// BM25 over postings held in memory, loaded from the stored tsvectors. Many may search while one writes.
/// Score of a passage: the sum over lexemes of idf · tf·(k1+1) / (tf + k1·(1 − b + b·length/mean length)), with
/// idf = ln(1 + (N − n + ½)/(n + ½)), k1 = 1.2, b = 0.75 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
/// A passage shorter than half the mean counts as that half: half a line of talk that holds one word of the question is no better an answer than a paragraph.
/// </summary>
internal sealed class WordsIndex : IDisposable
{
    private const float K1 = 1.2f;
    private const float B = 0.75f;

    /// <summary>Of the mean. In talks a quarter of the passages are short turns; on collections of abstracts it changes nothing.</summary>
    private const float LeastLength = 0.5f;

    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<string, PostingList> _postings = new(StringComparer.Ordinal);
    private readonly Dictionary<long, (int First, int Count)> _sources = [];
    private readonly List<Document> _documents = [];
    private long _totalLength;
    private int _live;

    /// <summary>How many passages can be found.</summary>
    public int Count => _live;

    /// <summary>How many passages were replaced or deleted since the index was loaded; they take room until it is loaded anew.</summary>
    public int Removed => _documents.Count - _live;

    /// <summary>Puts a source's passages in the place of those it had. They must come in ascending order of id; none at all removes the source.</summary>
    public void Replace(long sourceId, IReadOnlyList<IndexedPassage> passages)
    {
        _lock.EnterWriteLock();
        try
        {
            Remove(sourceId);
            if (passages.Count == 0) return;
            _sources[sourceId] = (_documents.Count, passages.Count);
            foreach (var passage in passages) Add(sourceId, passage);
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    /// <summary>The best passages in descending order of score, and how many hold any of the lexemes and pass the filter.</summary>
    public (IReadOnlyList<ScoredPassage> Best, int Matches) Search(IReadOnlyList<(string Lexeme, float Weight)> lexemes, PassageFilter filter, int take) =>
        WithScores(lexemes, scores =>
        {
            var documents = CollectionsMarshal.AsSpan(_documents);
            var best = new PriorityQueue<int, (float Score, int Order)>(take + 1);
            var matches = 0;
            for (var i = 0; i < scores.Length; i++)
            {
                if (scores[i] <= 0 || !filter.Allows(documents[i].PassageId, documents[i].SourceId, documents[i].SpeakerId)) continue;
                matches++;
                best.Enqueue(i, (scores[i], -i));
                if (best.Count > take) best.Dequeue();
            }

            var result = new ScoredPassage[best.Count];
            for (var rank = best.Count - 1; rank >= 0; rank--)
            {
                var document = best.Dequeue();
                result[rank] = new ScoredPassage(documents[document].PassageId, documents[document].SourceId, scores[document]);
            }

            return ((IReadOnlyList<ScoredPassage>)result, matches);
        });

    /// <summary>The scores of given passages, in their order; 0 where a passage holds none of the lexemes or is not in the index.</summary>
    public float[] Score(IReadOnlyList<(string Lexeme, float Weight)> lexemes, IReadOnlyList<ScoredPassage> passages) =>
        WithScores(lexemes, scores =>
        {
            var result = new float[passages.Count];
            for (var i = 0; i < result.Length; i++)
                if (Find(passages[i]) is { } document) result[i] = scores[document];
            return result;
        });

    /// <summary>What a passage would score that held nothing but every one of the lexemes, over and over: a bound that tells a full match from a single common word.</summary>
    public float Bound(IReadOnlyList<(string Lexeme, float Weight)> lexemes)
    {
        _lock.EnterReadLock();
        try
        {
            return (K1 + 1) * lexemes.Sum(l => l.Weight * Idf(_postings.GetValueOrDefault(l.Lexeme)?.Count ?? 0));
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>The passages that hold every one of the lexemes, in order of id within each recording; at most so many.</summary>
    public IReadOnlyList<long> Holding(IReadOnlyCollection<string> lexemes, int most)
    {
        _lock.EnterReadLock();
        try
        {
            var lists = lexemes.Select(lexeme => _postings.GetValueOrDefault(lexeme)).OrderBy(list => list?.Count ?? 0).ToArray();
            if (lists.Length == 0 || lists[0] is null) return [];
            HashSet<int>? all = null;
            foreach (var list in lists)
            {
                HashSet<int> next = [];
                foreach (var (document, _) in list!)
                    if (_documents[document].Length > 0 && all?.Contains(document) != false) next.Add(document);
                all = next;
            }

            return [.. all!.Order().Take(most).Select(document => _documents[document].PassageId)];
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>True where some passage holds the lexeme.</summary>
    public bool Knows(string lexeme) => Idf(lexeme) < Idf("");

    /// <summary>What each word of a text weighs in it, by BM25 with the text as a passage.</summary>
    public IReadOnlyDictionary<string, float> Weigh(IReadOnlyCollection<(string Lexeme, int Frequency)> words)
    {
        _lock.EnterReadLock();
        try
        {
            var length = words.Sum(word => word.Frequency) / MeanLength;
            Dictionary<string, float> weights = new(words.Count, StringComparer.Ordinal);
            foreach (var (lexeme, frequency) in words) weights[lexeme] = Idf(_postings.GetValueOrDefault(lexeme)?.Count ?? 0) * Saturated(frequency, length);
            return weights;
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <summary>How telling a word is: the fewer passages hold it, the more.</summary>
    public float Idf(string lexeme)
    {
        _lock.EnterReadLock();
        try
        {
            return Idf(_postings.GetValueOrDefault(lexeme)?.Count ?? 0);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    public void Dispose() => _lock.Dispose();

    private delegate T Reading<out T>(ReadOnlySpan<float> scores);

    private T WithScores<T>(IReadOnlyList<(string Lexeme, float Weight)> lexemes, Reading<T> read)
    {
        _lock.EnterReadLock();
        var rented = ArrayPool<float>.Shared.Rent(_documents.Count);
        try
        {
            var scores = rented.AsSpan(0, _documents.Count);
            scores.Clear();
            foreach (var (lexeme, weight) in lexemes)
                if (_postings.TryGetValue(lexeme, out var postings)) Accumulate(postings, weight, scores);
            return read(scores);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
            _lock.ExitReadLock();
        }
    }

    private void Accumulate(PostingList postings, float weight, Span<float> scores)
    {
        var documents = CollectionsMarshal.AsSpan(_documents);
        var idf = weight * Idf(postings.Count);
        var mean = MeanLength;
        foreach (var (document, frequency) in postings)
        {
            var length = documents[document].Length;
            if (length > 0) scores[document] += idf * Saturated(frequency, length / mean);
        }
    }

    private float MeanLength => Math.Max(1f, _totalLength) / Math.Max(1, _live);

    private static float Saturated(int frequency, float length) => frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * Math.Max(length, LeastLength)));

    private float Idf(int passages) => MathF.Log(1 + (Math.Max(0, _live - passages) + 0.5f) / (passages + 0.5f));

    private void Add(long sourceId, IndexedPassage passage)
    {
        var document = _documents.Count;
        var length = 0;
        foreach (var (lexeme, frequency) in passage.Words)
        {
            length += frequency;
            ref var postings = ref CollectionsMarshal.GetValueRefOrAddDefault(_postings, lexeme, out _);
            (postings ??= new PostingList()).Add(document, frequency);
        }

        // A passage of stop words alone still has a place; length 0 would mean that it was removed.
        _documents.Add(new Document(passage.PassageId, sourceId, passage.SpeakerId, Math.Max(1, length)));
        _totalLength += Math.Max(1, length);
        _live++;
    }

    private void Remove(long sourceId)
    {
        if (!_sources.Remove(sourceId, out var range)) return;
        foreach (ref var document in CollectionsMarshal.AsSpan(_documents).Slice(range.First, range.Count))
        {
            _totalLength -= document.Length;
            document = document with { Length = 0 };
        }

        _live -= range.Count;
    }

    private int? Find(ScoredPassage passage)
    {
        if (!_sources.TryGetValue(passage.SourceId, out var range)) return null;
        var (low, high) = (range.First, range.First + range.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var id = _documents[middle].PassageId;
            if (id == passage.PassageId) return middle;
            if (id < passage.PassageId) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }

    private readonly record struct Document(long PassageId, long SourceId, long SpeakerId, int Length);
}

/// <summary>A passage as the index takes it in: its distinct lexemes with how often each occurs; speaker 0 stands for none.</summary>
internal readonly record struct IndexedPassage(long PassageId, long SpeakerId, IReadOnlyList<(string Lexeme, int Frequency)> Words);

/// <summary>A candidate of a leg.</summary>
internal readonly record struct ScoredPassage(long PassageId, long SourceId, float Score);

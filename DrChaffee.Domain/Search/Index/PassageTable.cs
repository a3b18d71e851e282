using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DrChaffee.Domain.Search.Index;

/// <summary>The passages of the library, numbered in the order in which they came, with what every leg must know of each. A number is never given twice.</summary>
internal sealed class PassageTable
{
    private readonly List<PassagePlace> _places = [];
    private readonly List<ushort> _lengths = [];
    private readonly Dictionary<long, (int First, int Count)> _sources = [];
    private long _totalLength;

    /// <summary>Numbers given so far, those of removed passages included.</summary>
    public int Numbers => _places.Count;

    /// <summary>How many passages can be found.</summary>
    public int Live { get; private set; }

    /// <summary>What it takes.</summary>
    public long Bytes => (long)Unsafe.SizeOf<PassagePlace>() * _places.Capacity + (long)sizeof(ushort) * _lengths.Capacity + 40L * _sources.Count;

    public float MeanLength => Math.Max(1f, _totalLength) / Math.Max(1, Live);

    public ReadOnlySpan<PassagePlace> Places => CollectionsMarshal.AsSpan(_places);

    /// <summary>How many words each passage has, stop words left out; 0 for one that was removed.</summary>
    public ReadOnlySpan<ushort> Lengths => CollectionsMarshal.AsSpan(_lengths);

    public bool IsLive(int number) => _lengths[number] > 0;

    /// <summary>Takes in a source's passages, in ascending order of id, and gives the number of the first. The source must not be in the table.</summary>
    public int Add(long sourceId, IReadOnlyList<IndexedPassage> passages)
    {
        var first = Numbers;
        _sources.Add(sourceId, (first, passages.Count));
        foreach (var passage in passages)
        {
            // A passage of stop words alone still has a place; length 0 would mean that it was removed.
            var length = (ushort)Math.Clamp(passage.Words.Sum(word => word.Frequency), 1, ushort.MaxValue);
            _places.Add(new PassagePlace(passage.PassageId, sourceId, passage.SpeakerId, passage.Start));
            _lengths.Add(length);
            _totalLength += length;
        }

        Live += passages.Count;
        return first;
    }

    public void Remove(long sourceId)
    {
        if (!_sources.Remove(sourceId, out var range)) return;
        foreach (ref var length in CollectionsMarshal.AsSpan(_lengths).Slice(range.First, range.Count))
        {
            _totalLength -= length;
            length = 0;
        }

        Live -= range.Count;
    }

    /// <summary>The number of a passage, or null where it is not in the table.</summary>
    public int? Find(long sourceId, long passageId)
    {
        if (!_sources.TryGetValue(sourceId, out var range)) return null;
        var (low, high) = (range.First, range.First + range.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var id = _places[middle].PassageId;
            if (id == passageId) return middle;
            if (id < passageId) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }

    /// <summary>Runs of numbers that a filter may let pass; the passages in them are still to be checked.</summary>
    public IReadOnlyList<(int First, int Count)> Runs(PassageFilter filter)
    {
        if (filter.Sources is not { } sources) return [(0, Numbers)];
        List<(int First, int Count)> runs = [];
        foreach (var source in sources)
            if (_sources.TryGetValue(source, out var run)) runs.Add(run);
        return runs;
    }

    public ScoredPassage Scored(int number, float score) => new(_places[number].PassageId, _places[number].SourceId, _places[number].Start, score);
}

/// <summary>Where a passage stands; speaker 0 is none, the start is in seconds.</summary>
internal readonly record struct PassagePlace(long PassageId, long SourceId, long SpeakerId, float Start);

/// <summary>A passage as the index takes it in: its distinct lexemes with how often each occurs; speaker 0 stands for none.</summary>
internal readonly record struct IndexedPassage(long PassageId, long SpeakerId, float Start, IReadOnlyList<(string Lexeme, int Frequency)> Words);

/// <summary>A candidate of a leg.</summary>
internal readonly record struct ScoredPassage(long PassageId, long SourceId, float Start, float Score);

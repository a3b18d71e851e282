using System.Buffers.Binary;
using System.Text;

namespace DrChaffee.Domain.Search.Words;

/// <summary>The words of one passage as they are stored: lexemes with their places. Read from what PostgreSQL's <c>tsvectorsend</c> writes.</summary>
internal sealed class StoredWords
{
    /// <summary>The upper two bits of a stored place are its weight class, which passages do not use.</summary>
    private const int PlaceBits = 0x3FFF;
    private const int LongestLexeme = 2_048;

    private readonly StoredWord[] _words;
    private readonly ushort[] _places;

    /// <summary>One bit for each lexeme, by its hash: passages that share most of their words differ in few.</summary>
    private readonly UInt128 _signature;

    /// <summary>Finds a lexeme that is known already, and how telling it is, without making a string of it.</summary>
    internal delegate (string? Known, float Idf) LexemeLookup(ReadOnlySpan<char> lexeme);

    /// <param name="sent">Number of lexemes; for each its text, a zero, the number of places, the places; big-endian.</param>
    public StoredWords(ReadOnlySpan<byte> sent, LexemeLookup lookup)
    {
        _words = new StoredWord[BinaryPrimitives.ReadInt32BigEndian(sent)];
        _places = new ushort[sent.Length / sizeof(ushort)]; // a few words said over and over are little but places
        sent = sent[sizeof(int)..];
        Span<char> text = stackalloc char[LongestLexeme];
        var placesRead = 0;
        for (var i = 0; i < _words.Length; i++)
        {
            var end = sent.IndexOf((byte)0);
            var lexeme = text[..Encoding.UTF8.GetChars(sent[..end], text)];
            var count = BinaryPrimitives.ReadUInt16BigEndian(sent[(end + 1)..]);
            sent = sent[(end + 1 + sizeof(ushort))..];
            for (var place = 0; place < count; place++) _places[placesRead + place] = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(sent[(place * sizeof(ushort))..]) & PlaceBits);
            sent = sent[(count * sizeof(ushort))..];
            var (known, idf) = lookup(lexeme);
            _words[i] = new StoredWord(known ?? lexeme.ToString(), Math.Max(1, (int)count), placesRead, count, idf);
            _signature |= UInt128.One << (string.GetHashCode(lexeme, StringComparison.Ordinal) & 127);
            placesRead += count;
            Length += Math.Max(1, (int)count);
        }
    }

    /// <summary>How many distinct lexemes there are.</summary>
    public int Count => _words.Length;

    /// <summary>All words, repeated ones counted as often as they occur.</summary>
    public int Length { get; }

    public ReadOnlySpan<StoredWord> Words => _words;

    public bool Holds(string lexeme) => Find(lexeme) >= 0;

    /// <summary>How far the nearest pair of the two is from standing <paramref name="gap"/> places apart, the first before the second; null where one is missing.</summary>
    public int? Apart(string first, string second, int gap)
    {
        var (one, two) = (Find(first), Find(second));
        if (one < 0 || two < 0) return null;
        int? nearest = null;
        foreach (var left in Places(one))
        {
            foreach (var right in Places(two))
            {
                var distance = right - left;
                var apart = distance > 0 ? Math.Abs(distance - gap) : 2 - distance; // the other way round counts as a little further
                if (nearest is null || apart < nearest) nearest = apart;
            }
        }

        return nearest;
    }

    /// <summary>True where both share at least so much of the words that either holds (Jaccard), 0 to 1.</summary>
    public bool IsLike(StoredWords other, double share)
    {
        var most = (1 - share) * (Count + other.Count); // lexemes that only one of them may hold
        if (Math.Abs(Count - other.Count) > most || (double)UInt128.PopCount(_signature ^ other._signature) > most) return false;
        var shared = _words.Count(word => other.Holds(word.Lexeme));
        return shared >= share * (Count + other.Count - shared);
    }

    private int Find(string lexeme)
    {
        for (var i = 0; i < _words.Length; i++)
            if (_words[i].Lexeme == lexeme) return i;
        return -1;
    }

    private ReadOnlySpan<ushort> Places(int number) => _places.AsSpan(_words[number].FirstPlace, _words[number].Places);
}

/// <summary>A lexeme, how often it occurs, where in the list of all places its own begin, and how telling it is.</summary>
internal readonly record struct StoredWord(string Lexeme, int Frequency, int FirstPlace, int Places, float Idf);

namespace DrChaffee.Domain.Search.Index;

/// <summary>The passages that hold one lexeme, and how often: gaps between document numbers and frequencies as variable-length bytes, about two bytes a posting, with a mark every so often to look a document up by.</summary>
internal sealed class PostingList
{
    private const int BetweenMarks = 64;

    private readonly List<(int Document, int At)> _marks = [];
    private byte[] _bytes = new byte[8];
    private int _used;
    private int _last = -1;

    /// <summary>How many passages hold the lexeme, removed ones included until the index is loaded anew.</summary>
    public int Count { get; private set; }

    /// <summary>What it takes.</summary>
    public long Bytes => 104L + _bytes.Length + 8L * _marks.Capacity;

    /// <summary>Appends a posting. <paramref name="document"/> must be greater than the last one.</summary>
    public void Add(int document, int frequency)
    {
        if (Count % BetweenMarks == 0 && Count > 0) _marks.Add((_last, _used));
        if (_used + 10 > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_used + 10, _bytes.Length + _bytes.Length / 2));
        Write(document - _last);
        Write(frequency);
        _last = document;
        Count++;
    }

    /// <summary>How often the document holds the lexeme; 0 where it does not.</summary>
    public int Frequency(int document)
    {
        var (low, high) = (0, _marks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_marks[middle].Document < document) low = middle + 1;
            else high = middle;
        }

        var (before, at) = low == 0 ? (-1, 0) : _marks[low - 1];
        var postings = new Enumerator(_bytes.AsSpan(at, _used - at), before);
        while (postings.MoveNext() && postings.Current.Document <= document)
            if (postings.Current.Document == document) return postings.Current.Frequency;
        return 0;
    }

    public Enumerator GetEnumerator() => new(_bytes.AsSpan(0, _used), -1);

    private void Write(int value)
    {
        var rest = (uint)value;
        while (rest >= 0x80)
        {
            _bytes[_used++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        _bytes[_used++] = (byte)rest;
    }

    /// <summary>Reads the postings in order of document number.</summary>
    public ref struct Enumerator(ReadOnlySpan<byte> bytes, int before)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;
        private int _document = before;
        private int _frequency;

        public readonly (int Document, int Frequency) Current => (_document, _frequency);

        public bool MoveNext()
        {
            if (_at >= _bytes.Length) return false;
            _document += Read();
            _frequency = Read();
            return true;
        }

        private int Read()
        {
            uint value = _bytes[_at++];
            if (value < 0x80) return (int)value;
            value &= 0x7F;
            for (var shift = 7; ; shift += 7)
            {
                var next = _bytes[_at++];
                value |= (uint)(next & 0x7F) << shift;
                if (next < 0x80) return (int)value;
            }
        }
    }
}

namespace DrChaffee.Domain.Search.Words;

/// <summary>The passages that hold one lexeme, and how often: gaps between document numbers and frequencies as variable-length bytes, about two bytes a posting.</summary>
internal sealed class PostingList
{
    private byte[] _bytes = new byte[8];
    private int _used;
    private int _last = -1;

    /// <summary>How many passages hold the lexeme, removed ones included until the index is loaded anew.</summary>
    public int Count { get; private set; }

    /// <summary>Appends a posting. <paramref name="document"/> must be greater than the last one.</summary>
    public void Add(int document, int frequency)
    {
        if (_used + 10 > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_used + 10, _bytes.Length + _bytes.Length / 2));
        Write(document - _last);
        Write(frequency);
        _last = document;
        Count++;
    }

    public Enumerator GetEnumerator() => new(_bytes.AsSpan(0, _used));

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
    public ref struct Enumerator(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;
        private int _document = -1;
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
            uint value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var next = _bytes[_at++];
                value |= (uint)(next & 0x7F) << shift;
                if (next < 0x80) return (int)value;
            }
        }
    }
}

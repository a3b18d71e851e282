namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Walks a text line by line over CRLF, CR and LF alike, without copying it.</summary>
internal ref struct TextLines(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;
    private bool _done;

    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>The current line's number, counted from one.</summary>
    public int Number { get; private set; }

    public readonly TextLines GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_done)
            return false;
        Number++;
        var end = _rest.IndexOfAny('\n', '\r');
        if (end < 0)
        {
            Current = _rest;
            _done = true;
            return true;
        }

        Current = _rest[..end];
        var width = _rest[end] == '\r' && end + 1 < _rest.Length && _rest[end + 1] == '\n' ? 2 : 1;
        _rest = _rest[(end + width)..];
        return true;
    }
}

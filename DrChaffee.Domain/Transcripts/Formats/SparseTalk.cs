using System.Buffers;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Collects running text with a stamp here and there, and makes timed lines of whole sentences from it.</summary>
internal sealed class SparseTalk
{
    /// <summary>A line is full enough to end at the next sentence's end.</summary>
    private const int EnoughWords = 15;

    /// <summary>A further sentence that would make the line longer than this begins a new one.</summary>
    private const int ManyWords = 60;

    private readonly ArrayBufferWriter<char> _text = new(64 * 1024);
    private readonly List<Sentence> _sentences = [];
    private readonly List<Anchor> _stamps = [];
    private string? _speaker;
    private int _words;
    private int _wordStart = -1;
    private bool _paragraphStarts = true;
    private bool _sentenceEnded;

    /// <summary>True while text is skipped and only its stamps count: a break is not speech.</summary>
    public bool Muted { get; set; }

    public bool IsEmpty => _words == 0;

    public void BeginParagraph(string? speaker)
    {
        EndWord();
        _speaker = speaker;
        _paragraphStarts = true;
    }

    public void Stamp(TimeSpan time)
    {
        EndWord();
        _stamps.Add(new Anchor(_words, time));
    }

    public void Append(ReadOnlySpan<char> part)
    {
        if (Muted || part.IsEmpty)
            return;
        if (_wordStart < 0)
        {
            if (_text.WrittenCount > 0)
                _text.Write(" ");
            _wordStart = _text.WrittenCount;
        }

        _text.Write(part);
    }

    public void EndWord()
    {
        if (_wordStart < 0)
            return;
        var word = _text.WrittenSpan[_wordStart..];
        var stamped = _stamps.Count > 0 && _stamps[^1].Word == _words;
        if (_paragraphStarts || (_sentenceEnded && (stamped || Sentences.CanStartWith(word))))
            _sentences.Add(new Sentence(_wordStart, _words, _speaker, BeginsLine: _paragraphStarts || stamped));
        // A sound between two sentences belongs to the first and hides nothing.
        if (!(word is ['[', .., ']'] && !_paragraphStarts))
            _sentenceEnded = Sentences.EndsWith(word);
        _paragraphStarts = false;
        _words++;
        _wordStart = -1;
    }

    public IReadOnlyList<TranscriptLine> ToLines()
    {
        EndWord();
        _sentences.Add(new Sentence(_text.WrittenCount + 1, _words, null, BeginsLine: true));
        var clock = new StampClock(_stamps, _words);
        var lines = new List<TranscriptLine>(_sentences.Count);
        for (int first = 0, next = 1; next < _sentences.Count; next++)
        {
            if (!EndsLine(first, next))
                continue;
            var (from, to) = (_sentences[first], _sentences[next]);
            var text = _text.WrittenSpan[from.Text..(to.Text - 1)];
            if (!SoundCue.IsOnly(text) && !SoundCue.IsSilent(text))
            {
                var start = clock.Leave(from.Word, out var startKnown);
                var end = clock.Arrive(to.Word, out var endKnown);
                lines.Add(new TranscriptLine(start, end, text.ToString(), from.Speaker) { Estimated = !(startKnown && endKnown) });
            }

            first = next;
        }

        return LineOrder.Arrange(lines);
    }

    private bool EndsLine(int first, int next)
    {
        if (_sentences[next].BeginsLine)
            return true;
        var words = _sentences[next].Word - _sentences[first].Word;
        return words >= EnoughWords || _sentences[next + 1].Word - _sentences[first].Word > ManyWords;
    }

    private readonly record struct Sentence(int Text, int Word, string? Speaker, bool BeginsLine);
}

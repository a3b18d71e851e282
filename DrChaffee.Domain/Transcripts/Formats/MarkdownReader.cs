namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads Markdown transcripts: paragraphs under speakers' names, with stamps wherever the transcriber left them.</summary>
internal sealed class MarkdownReader
{
    private readonly SparseTalk _talk = new();
    private readonly MarkdownSpeakers _speakers;
    private string? _speaker;
    private string? _heading;
    private bool _paragraphStarts = true;

    private MarkdownReader(ReadOnlySpan<char> body) => _speakers = MarkdownSpeakers.FoundIn(body);

    public static TranscriptDocument Read(string text)
    {
        var header = MarkdownHeader.TakeFrom(text, out var body);
        var reader = new MarkdownReader(body);
        foreach (var line in new TextLines(body))
            reader.ReadLine(line.Trim());
        return new TranscriptDocument
        {
            Title = header.Title ?? reader._heading,
            Channel = header.Channel,
            PublishedOn = header.PublishedOn,
            Url = header.Url,
            Duration = header.Duration,
            Lines = reader._talk.ToLines(),
        };
    }

    private void ReadLine(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty || IsFurniture(line))
        {
            _paragraphStarts = true;
            return;
        }

        var text = line.TrimStart('>').TrimStart();
        if (text.StartsWith("#") && text.TrimStart('#') is [' ', ..] heading)
        {
            text = heading.Trim();
            _paragraphStarts = true;
            if (!text.StartsWith("**"))
            {
                ReadHeading(text, line.StartsWith("# "));
                return;
            }
        }

        var bullet = BulletLength(text);
        _paragraphStarts |= bullet > 0;
        if (text is not [>= '0' and <= '9', ..])
            text = text[bullet..].TrimStart();
        if (text.IsEmpty)
            return;
        ReadSpoken(text);
        _paragraphStarts = false;
    }

    private void ReadSpoken(ReadOnlySpan<char> text)
    {
        if (Clock.TryParse(text.TrimEnd(':'), out var stamp))
        {
            _talk.Stamp(stamp);
            return;
        }

        if (MarkdownStamp.LengthAtStart(text) is > 0 and var stampLength)
        {
            MarkdownStamp.Take(text, text.IndexOf('[') + 1, _talk);
            text = text[stampLength..].TrimStart();
        }

        var label = _speakers.Find(text, _paragraphStarts, isFirst: _talk.IsEmpty);
        if (label is { } found)
        {
            text = text[found.Length..];
            _speaker = found.IsPerson ? found.Name : _speaker;
            _talk.BeginParagraph(found.IsPerson ? found.Name : null);
            if (found.Stamp is { } time)
                _talk.Stamp(time);
        }
        else if (_paragraphStarts)
        {
            _talk.BeginParagraph(_speaker);
        }

        _talk.Muted = label is { IsBreak: true };
        MarkdownText.Feed(text, _talk);
        _talk.Muted = false;
    }

    // A heading is not spoken, but may carry a stamp.
    private void ReadHeading(ReadOnlySpan<char> text, bool isTop)
    {
        if (isTop && _talk.IsEmpty)
            _heading ??= text.ToString();
        _talk.Muted = true;
        MarkdownText.Feed(text, _talk);
        _talk.Muted = false;
    }

    // A number is read aloud, a dot is not; either way each item stands for itself.
    private static int BulletLength(ReadOnlySpan<char> text)
    {
        if (text is ['-' or '*' or '+', ' ', ..])
            return 2;
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        return digits is > 0 and <= 3 && text[digits..] is ['.' or ')', ' ', ..] ? digits + 2 : 0;
    }

    private static bool IsFurniture(ReadOnlySpan<char> line) =>
        line.StartsWith("```") || line.StartsWith("<!--") || (line.Length >= 3 && line.IndexOfAnyExcept("-*_= ") < 0);
}

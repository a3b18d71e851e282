using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Takes tags, entities and positions off caption text and keeps what they tell: voices and times of words.</summary>
internal sealed partial class CaptionMarkup
{
    private readonly List<CaptionRow> _rows = [];
    private readonly StringBuilder _text = new();
    private readonly List<TimeSpan?> _starts = [];
    private string? _voice;
    private TimeSpan? _stamp;

    /// <summary>The rows of one cue; a change of voice begins a new row.</summary>
    public static List<CaptionRow> Read(IEnumerable<string> lines)
    {
        var markup = new CaptionMarkup();
        foreach (var line in lines)
        {
            markup.ReadLine(line);
            markup.EndRow();
        }

        return markup._rows;
    }

    /// <summary>One text as it would be read from a caption without voices or times.</summary>
    public static string Plain(string text) => string.Join(' ', Read([text]).Select(row => row.Text));

    private void ReadLine(string line)
    {
        var position = 0;
        if (!line.AsSpan().ContainsAny('<', '{'))
        {
            AddText(line);
            return;
        }

        foreach (var tag in Tags().EnumerateMatches(line))
        {
            AddText(line[position..tag.Index]);
            ApplyTag(line.AsSpan(tag.Index, tag.Length));
            position = tag.Index + tag.Length;
        }

        AddText(line[position..]);
    }

    private void ApplyTag(ReadOnlySpan<char> tag)
    {
        var inside = tag[1..^1];
        if (tag[0] == '{')
            return;
        if (Clock.TryParse(inside, out var time))
        {
            _stamp = time;
        }
        else if (inside is "/v")
        {
            EndRow();
            _voice = null;
        }
        else if (inside is ['v', '.' or ' ' or '\t', ..])
        {
            EndRow();
            var name = inside.IndexOfAny(' ', '\t');
            _voice = name < 0 ? null : SpeakerName.Clean(WebUtility.HtmlDecode(inside[name..].ToString()));
        }
    }

    private void AddText(string raw)
    {
        var text = raw.Contains('&', StringComparison.Ordinal) ? WebUtility.HtmlDecode(raw) : raw;
        foreach (var character in text)
        {
            if (IsInvisible(character))
                continue;
            if (char.IsWhiteSpace(character))
            {
                if (_text.Length > 0 && _text[^1] != ' ')
                    _text.Append(' ');
                continue;
            }

            if (_text.Length == 0 || _text[^1] == ' ')
            {
                _starts.Add(_stamp);
                _stamp = null;
            }

            _text.Append(character);
        }
    }

    private void EndRow()
    {
        var text = _text.ToString().TrimEnd();
        if (text.Length > 0)
            _rows.Add(new CaptionRow(text, _voice) { WordStarts = _starts.Exists(start => start is not null) ? [.. _starts] : null });
        _text.Clear();
        _starts.Clear();
    }

    // Marks of direction, joiners of no width and the byte order mark; joiners between letters belong to some scripts and stay.
    private static bool IsInvisible(char character) =>
        character is '\u200B' or '\u200E' or '\u200F' or '\uFEFF' or (>= '\u202A' and <= '\u202E') or (< ' ' and not '\t');

    [GeneratedRegex(@"<(?:/?(?:c|i|b|u|s|v|ruby|rt|lang|font|span)(?:[.\s][^<>]*)?|\d{1,6}:\d[\d:.,]*)>|\{\\[^{}]*\}", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Tags();
}

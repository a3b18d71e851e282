using System.Buffers;
using System.Net;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads Markdown into words as they were spoken: no emphasis, links by their text, stamps taken out.</summary>
internal static class MarkdownText
{
    private const int LongestTag = 300;
    private const int LongestEntity = 10;

    // Plain runs are copied whole: a corpus of a hundred megabytes is mostly that.
    private static readonly SearchValues<char> Special =
        SearchValues.Create(" \t\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000\u0085\v\f\u200B\u200E\u200F\uFEFF\\[!*_`<&");

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Tags = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "br", "i", "b", "u", "em", "strong", "a", "p", "span", "div", "sup", "sub", "img", "code", "iframe", "audio", "video", "hr", "details", "summary", "small", "center",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads one line; its end ends a word.</summary>
    public static void Feed(ReadOnlySpan<char> line, SparseTalk talk)
    {
        FeedPart(line, talk);
        talk.EndWord();
    }

    private static void FeedPart(ReadOnlySpan<char> text, SparseTalk talk)
    {
        var position = 0;
        while (position < text.Length)
        {
            var plain = text[position..].IndexOfAny(Special);
            if (plain < 0)
                plain = text.Length - position;
            talk.Append(text.Slice(position, plain));
            position += plain;
            if (position < text.Length)
                position += TakeSpecial(text, position, talk);
        }
    }

    private static int TakeSpecial(ReadOnlySpan<char> text, int position, SparseTalk talk)
    {
        var rest = text[position..];
        switch (rest[0])
        {
            case '\u200B' or '\u200E' or '\u200F' or '\uFEFF' or '`':
                return 1;
            case '\\':
                return TakeEscape(rest, talk);
            case '[':
                return MarkdownStamp.Take(rest, 1, talk) is > 0 and var stamp ? stamp : TakeLink(rest, talk);
            case '!' when rest is ['!', '[', ..] && LinkLength(rest[1..], out _) is > 0 and var image:
                return 1 + image;
            case '*' or '_':
                return TakeEmphasis(text, position, talk);
            case '<' when TagLength(rest) is > 0 and var tag:
                talk.EndWord();
                return tag;
            case '&' when rest[..Math.Min(rest.Length, LongestEntity)].IndexOf(';') is > 1 and var end:
                return TakeEntity(rest[..(end + 1)], talk);
            case var character when char.IsWhiteSpace(character):
                talk.EndWord();
                return 1;
            default:
                talk.Append(rest[..1]);
                return 1;
        }
    }

    private static int TakeEscape(ReadOnlySpan<char> rest, SparseTalk talk)
    {
        if (rest.Length == 1 || char.IsWhiteSpace(rest[1]))
            return 1;
        if (rest[1] == '[' && MarkdownStamp.Take(rest, 2, talk) is > 0 and var stamp)
            return stamp;
        var escaped = char.IsPunctuation(rest[1]) || char.IsSymbol(rest[1]);
        talk.Append(escaped ? rest.Slice(1, 1) : rest[..1]);
        return escaped ? 2 : 1;
    }

    private static int TakeLink(ReadOnlySpan<char> rest, SparseTalk talk)
    {
        var length = LinkLength(rest, out var close);
        if (length == 0)
            talk.Append("[");
        else
            FeedPart(rest[1..close], talk);
        return Math.Max(length, 1);
    }

    private static int LinkLength(ReadOnlySpan<char> rest, out int close)
    {
        close = rest.IndexOf("](");
        if (close < 0 || rest[1..close].Contains('['))
            return 0;
        var end = rest[close..].IndexOf(')');
        return end < 0 ? 0 : close + end + 1;
    }

    // snake_case and 2*3 keep their signs, and so does a sign that stands alone.
    private static int TakeEmphasis(ReadOnlySpan<char> text, int position, SparseTalk talk)
    {
        var run = text[position..].IndexOfAnyExcept(text[position]);
        var length = run < 0 ? text.Length - position : run;
        var before = position > 0 ? text[position - 1] : ' ';
        var after = position + length < text.Length ? text[position + length] : ' ';
        if ((length == 1 && char.IsLetterOrDigit(before) && char.IsLetterOrDigit(after)) || (before == ' ' && after == ' '))
            talk.Append(text.Slice(position, length));
        return length;
    }

    private static int TagLength(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("<!--"))
            return rest.IndexOf("-->") is > 0 and var comment ? comment + 3 : rest.Length;
        var end = rest[..Math.Min(rest.Length, LongestTag)].IndexOf('>');
        if (end < 2)
            return 0;
        var name = rest[1..end].TrimStart('/');
        var nameEnd = name.IndexOfAny(' ', '/');
        return Tags.Contains(nameEnd < 0 ? name : name[..nameEnd]) ? end + 1 : 0;
    }

    private static int TakeEntity(ReadOnlySpan<char> entity, SparseTalk talk)
    {
        var decoded = WebUtility.HtmlDecode(entity.ToString());
        if (decoded.Length == entity.Length)
        {
            talk.Append(entity[..1]);
            return 1;
        }

        if (string.IsNullOrWhiteSpace(decoded))
            talk.EndWord();
        else
            talk.Append(decoded);
        return entity.Length;
    }
}

using System.Collections.Frozen;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Finds who speaks at the start of a line of Markdown, in the several ways that transcribers write it.</summary>
internal sealed class MarkdownSpeakers
{
    private const int TimesToBelieve = 2;
    private const int LongestLabel = 70;
    private const int MostWords = 6;

    private static readonly FrozenSet<string> Cues = FrozenSet.ToFrozenSet(
        ["Break", "Jingle", "Outro", "Intro", "Song", "Remix", "Music", "Sample", "Audio", "Clip", "Theme", "Sponsor", "Ad"], StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, int> _seen = [];
    private readonly HashSet<string> _speakers = [];
    private bool _bold;

    public static MarkdownSpeakers FoundIn(ReadOnlySpan<char> body)
    {
        var speakers = new MarkdownSpeakers();
        var paragraphStarts = true;
        string? before = null;
        foreach (var line in new TextLines(body))
        {
            var stamp = MarkdownStamp.LengthAtStart(line);
            var text = line[stamp..].TrimStart();
            before = text.IsEmpty ? null : speakers.Note(text, paragraphStarts && stamp == 0, before);
            paragraphStarts = line.IsEmpty || line[0] == '#';
        }

        return speakers;
    }

    /// <summary>The label that the line starts with, or null where the speaker before goes on.</summary>
    public MarkdownLabel? Find(ReadOnlySpan<char> line, bool paragraphStarts, bool isFirst)
    {
        var label = line.StartsWith("**") ? FindBold(line) : FindStamped(line) ?? FindPlain(line, isFirst && paragraphStarts);
        if (label is { IsPerson: true } found)
            _speakers.Add(found.Name);
        return label;
    }

    // Two lines on end that begin like turns are believed at once: prose is not written so.
    private string? Note(ReadOnlySpan<char> line, bool isBare, string? before)
    {
        if (line.StartsWith("**"))
        {
            _bold |= isBare;
            if (isBare && BoldName(line, out _, out var hasColon) is { } name)
                Count(name, hasColon ? TimesToBelieve : 1);
        }
        else if (char.IsUpper(line[0]) && PlainName(line) is { Bracketed: false } label)
        {
            Count(label.Name, before is null ? 1 : TimesToBelieve);
            if (before is not null)
                Count(before, TimesToBelieve);
            return label.Name;
        }

        return null;
    }

    private void Count(string name, int times) => _seen[name] = _seen.GetValueOrDefault(name) + times;

    private bool IsBelieved(string name) => _speakers.Contains(name) || _seen.GetValueOrDefault(name) >= TimesToBelieve;

    private MarkdownLabel? FindBold(ReadOnlySpan<char> line)
    {
        if (BoldName(line, out var length, out var hasColon) is not { } name)
            return null;
        var start = length + CountColons(line[length..]);
        var dashes = line[start..].Length - line[start..].TrimStart("–—- ").Length;
        var rest = line[(start + dashes)..];
        var isCue = Cues.Contains(name) || name.EndsWith(" break", StringComparison.OrdinalIgnoreCase);
        var stamped = Clock.TryParseStart(rest, out var time, out var clock);
        var beforeStamp = stamped || rest.TrimStart('\\') is ['[', '\\' or (>= '0' and <= '9'), ..];
        if (!hasColon && !beforeStamp && !isCue && !IsBelieved(name))
            return null;
        return new MarkdownLabel(name, stamped ? start + dashes + clock + CountColons(rest[clock..]) : start, stamped ? time : null, !isCue);
    }

    // **Name:**, **Name**: and, by slips of the keyboard, **:Name**, **Name: first words**.
    private static string? BoldName(ReadOnlySpan<char> line, out int length, out bool hasColon)
    {
        length = 0;
        hasColon = false;
        var window = line[2..Math.Min(line.Length, LongestLabel)];
        var close = window.IndexOf("**");
        if (close <= 0)
            return null;
        var inside = window[..close];
        var colon = inside.LastIndexOf(':') == 0 ? -1 : inside.IndexOf(':');
        hasColon = colon > 0;
        var wordsInside = hasColon && !inside[colon..].Trim(": ").IsEmpty;
        length = wordsInside ? 2 + colon + 1 : 2 + close + 2;
        var name = SpeakerName.Clean((hasColon ? inside[..colon] : inside).ToString());
        return name is null || WordCount.Of(name) > MostWords || !name.Any(char.IsLetterOrDigit) || name[0] is '\\' or '[' ? null : name;
    }

    // Name: 00:01:02, Name – 00:01:02:, Name 00:01:02 on a line of their own.
    private MarkdownLabel? FindStamped(ReadOnlySpan<char> line)
    {
        var window = line[..Math.Min(line.Length, LongestLabel)];
        for (var digit = window.IndexOfAnyInRange('0', '9'); digit >= 0;)
        {
            if (Clock.TryParseStart(line[digit..], out var time, out var length))
                return Stamped(line, digit, length, time);
            var end = window[digit..].IndexOfAnyExceptInRange('0', '9');
            var next = end < 0 ? -1 : window[(digit + end)..].IndexOfAnyInRange('0', '9');
            digit = next < 0 ? -1 : digit + end + next;
        }

        return null;
    }

    private MarkdownLabel? Stamped(ReadOnlySpan<char> line, int clock, int length, TimeSpan time)
    {
        var before = line[..clock].TrimEnd();
        var name = before.TrimEnd(" :–—-");
        var after = clock + length + CountColons(line[(clock + length)..]);
        var alone = line[after..].IsWhiteSpace();
        var colon = before.EndsWith(":");
        if (SpeakerName.Clean(name.ToString()) is not { } clean)
            return null;
        var isLabel = alone && colon ? WordCount.Of(name) <= MostWords : (alone || colon) && (_speakers.Contains(clean) || SpeakerLabel.IsName(name));
        return isLabel ? new MarkdownLabel(clean, after, time, !Cues.Contains(clean)) : null;
    }

    private MarkdownLabel? FindPlain(ReadOnlySpan<char> line, bool isFirst)
    {
        if (line.IsEmpty || !char.IsUpper(line[0]) || PlainName(line) is not { } label)
            return null;
        // Beside names in bold, Name: text is something that was said.
        if (!_speakers.Contains(label.Name) && (_bold || !(isFirst || IsBelieved(label.Name))))
            return null;
        return new MarkdownLabel(label.Name, label.Length, null, !Cues.Contains(label.Name));
    }

    private static SpeakerLabel? PlainName(ReadOnlySpan<char> line)
    {
        var window = line[..Math.Min(line.Length, LongestLabel)];
        return window.Contains(':') ? SpeakerLabel.Find(window.ToString()) : null;
    }

    private static int CountColons(ReadOnlySpan<char> text) => text.Length - text.TrimStart(": ").Length;
}

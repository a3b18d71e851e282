using System.Globalization;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads tables of aligned words (.nlp): a row a word with its speaker, times, punctuation and case, split by pipes.</summary>
internal static class AlignedWordsReader
{
    private const double LongestSeconds = 1e9;

    public static TranscriptDocument Read(string text, string file)
    {
        var lines = new TextLines(text);
        lines.MoveNext();
        var columns = lines.Current.ToString().Split('|');
        int Column(string name) => Array.FindIndex(columns, column => column.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
        var (token, speaker, start, end) = (Column("token"), Column("speaker"), Column("ts"), Column("endTs"));
        var (after, before) = (Column("punctuation"), Column("prepunctuation"));
        if (token < 0)
        {
            throw new TranscriptFormatException(
                $"Line 1 of {file} names no \"token\" column; give a pipe-separated table that begins token|speaker|ts|endTs.")
            { LineNumber = 1 };
        }

        var talk = new TimedWords();
        Span<Range> cells = new Range[columns.Length + 1];
        while (lines.MoveNext())
        {
            var row = lines.Current;
            var count = row.Split(cells, '|');
            var word = Cell(row, cells, count, token);
            if (word.IsEmpty || word is "<silence>")
                continue;
            var spoken = $"{Cell(row, cells, count, before)}{Written(word)}{Cell(row, cells, count, after)}";
            var name = Cell(row, cells, count, speaker);
            talk.Add(spoken, name.IsEmpty ? null : $"Speaker {name}", Seconds(Cell(row, cells, count, start)), Seconds(Cell(row, cells, count, end)));
        }

        return new TranscriptDocument { Lines = talk.ToLines() };
    }

    private static ReadOnlySpan<char> Cell(ReadOnlySpan<char> row, Span<Range> cells, int count, int column) =>
        column >= 0 && column < count ? row[cells[column]].Trim() : default;

    private static TimeSpan? Seconds(ReadOnlySpan<char> cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < LongestSeconds
            ? TimeSpan.FromMilliseconds(Math.Round(seconds * 1000))
            : null;

    // Angle brackets mark what is no word, such as <inaudible>; a reader knows that from square ones.
    private static string Written(ReadOnlySpan<char> word) => word switch
    {
        "<unk>" => "[inaudible]",
        ['<', .. var inside, '>'] => $"[{inside}]",
        _ => word.ToString().Replace(' ', '-'),
    };
}

using System.Text;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Domain.Transcripts.Formats;

namespace DrChaffee.Web.Tests.Transcripts.Formats;

/// <summary>Reads a transcript written in a test, and says what the contract asks of any transcript.</summary>
internal static class Reading
{
    public static TranscriptDocument Of(string name, string text) => TranscriptFile.Read(name, Encoding.UTF8.GetBytes(text));

    public static IReadOnlyList<TranscriptLine> Srt(string text) => Of("talk.srt", text).Lines;

    public static IReadOnlyList<TranscriptLine> Vtt(string text) => Of("talk.vtt", text).Lines;

    public static IReadOnlyList<TranscriptLine> Markdown(string text) => Of("talk.md", text).Lines;

    public static TimeSpan At(double seconds) => TimeSpan.FromMilliseconds(seconds * 1000);

    public static string[] WordsOf(IEnumerable<TranscriptLine> lines) =>
        [.. lines.SelectMany(line => line.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>The first promise of the contract that the lines break, or null.</summary>
    public static string? Fault(IReadOnlyList<TranscriptLine> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.Start < TimeSpan.Zero || line.Start >= line.End)
                return $"Line {i} runs from {line.Start} to {line.End}.";
            if (i > 0 && line.Start < lines[i - 1].End)
                return $"Line {i} starts at {line.Start}, before the one ahead of it ends at {lines[i - 1].End}.";
            if (string.IsNullOrWhiteSpace(line.Text))
                return $"Line {i} is empty.";
            if (line.Words is { } words && FaultOfWords(line, words) is { } fault)
                return $"Line {i}: {fault}";
        }

        return null;
    }

    private static string? FaultOfWords(TranscriptLine line, IReadOnlyList<WordTime> words)
    {
        if (words.Count != WordsOf([line]).Length)
            return $"{words.Count} times for the words of \"{line.Text}\".";
        var earliest = line.Start;
        foreach (var word in words)
        {
            if (word.Start < earliest || word.End < word.Start || word.End > line.End)
                return $"a word runs from {word.Start} to {word.End} in a line from {line.Start} to {line.End}.";
            earliest = word.End;
        }

        return null;
    }
}

using System.Globalization;
using System.Text.Json;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads what <see cref="ExportWriter"/> writes.</summary>
internal static class ExportReader
{
    public const string LinesName = "lines";

    public static TranscriptDocument Read(JsonElement root, JsonElement lines) => new()
    {
        Title = root.Text("title"),
        Channel = root.Text("channel"),
        PublishedOn = DateOnly.TryParseExact(root.Text("published_on"), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
        Url = Uri.TryCreate(root.Text("url"), UriKind.Absolute, out var url) ? url : null,
        Duration = root.Seconds("duration"),
        Lines = LineOrder.Arrange(lines.EnumerateArray().Select(ReadLine)),
    };

    private static TranscriptLine ReadLine(JsonElement line)
    {
        var start = line.Seconds("start") ?? TimeSpan.Zero;
        var text = string.Join(' ', (line.Text("text") ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return new TranscriptLine(start, line.Seconds("end") ?? start, text, SpeakerName.Clean(line.Text("speaker")))
        {
            Estimated = line.Member("estimated", JsonValueKind.True) is not null,
            Words = line.Member("words", JsonValueKind.Array) is { } words ? ReadWords(words) : null,
        };
    }

    private static WordTime[]? ReadWords(JsonElement words)
    {
        var times = new List<WordTime>(words.GetArrayLength());
        foreach (var word in words.EnumerateArray())
        {
            if (word.ValueKind != JsonValueKind.Array || word.GetArrayLength() != 2 || word[0].AsSeconds() is not { } start || word[1].AsSeconds() is not { } end)
                return null;
            times.Add(new WordTime(start, end));
        }

        return [.. times];
    }
}

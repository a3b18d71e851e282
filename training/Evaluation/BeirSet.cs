using System.Globalization;
using System.Text.Json;

namespace DrChaffee.Training.Evaluation;

/// <summary>A retrieval collection in BEIR's form: passages, questions, and judgments of how relevant each passage is.</summary>
internal sealed record BeirSet(string Name, IReadOnlyList<(string Id, string Text)> Passages, IReadOnlyList<(string Id, string Text)> Questions, ILookup<string, (string Passage, int Grade)> Judgments)
{
    public static BeirSet Read(string folder) => new(
        Path.GetFileName(folder),
        [.. Lines(Path.Combine(folder, "corpus.jsonl"))],
        [.. Lines(Path.Combine(folder, "queries.jsonl"))],
        Directory.EnumerateFiles(Path.Combine(folder, "qrels")).Order(StringComparer.Ordinal).SelectMany(File.ReadLines)
            .Select(line => line.Split('\t')).Where(parts => parts.Length >= 3 && int.TryParse(parts[^1], CultureInfo.InvariantCulture, out _))
            .ToLookup(parts => parts[0], parts => (parts[^2], int.Parse(parts[^1], CultureInfo.InvariantCulture))));

    private static IEnumerable<(string Id, string Text)> Lines(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            using var entry = JsonDocument.Parse(line);
            var title = entry.RootElement.TryGetProperty("title", out var value) ? value.GetString() : null;
            yield return (entry.RootElement.GetProperty("_id").GetString()!, $"{title} {entry.RootElement.GetProperty("text").GetString()}".Trim());
        }
    }
}

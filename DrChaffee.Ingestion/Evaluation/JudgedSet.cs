using System.Globalization;
using System.Text.Json;

namespace DrChaffee.Ingestion.Evaluation;

/// <summary>A judged collection in BEIR's form: <c>corpus.jsonl</c>, <c>queries.jsonl</c> and <c>qrels/test.tsv</c>.</summary>
public sealed record JudgedSet(
    string Name, IReadOnlyList<BeirDocument> Documents, IReadOnlyList<(string Id, string Text)> Questions, IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Judgments)
{
    /// <summary>The questions for which some document of the collection is relevant; the others are left out, as trec_eval does.</summary>
    public IReadOnlyList<(string Id, string Text)> Judged => [.. Questions.Where(q => Judgments.TryGetValue(q.Id, out var grades) && grades.Values.Any(grade => grade > 0))];

    /// <exception cref="EvaluationException">A file is missing or cannot be read; the message names file and line.</exception>
    public static JudgedSet Read(string folder)
    {
        if (!Directory.Exists(folder)) throw new EvaluationException($"There is no folder {folder}; name one with corpus.jsonl, queries.jsonl and qrels/test.tsv.");
        BeirDocument[] documents = [.. Lines(folder, "corpus.jsonl").Select(line => new BeirDocument(Text(line, "_id"), OptionalText(line, "title"), Text(line, "text")))];
        (string, string)[] questions = [.. Lines(folder, "queries.jsonl").Select(line => (Text(line, "_id"), Text(line, "text")))];
        if (documents.Length == 0) throw new EvaluationException($"{Path.Combine(folder, "corpus.jsonl")} holds no document.");
        if (documents.Select(d => d.Id).Distinct().Count() < documents.Length) throw new EvaluationException($"{Path.Combine(folder, "corpus.jsonl")} holds two documents with the same _id.");

        var collection = new JudgedSet(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), documents, questions, ReadJudgments(folder, documents.Select(d => d.Id).ToHashSet(StringComparer.Ordinal)));
        return collection.Judged.Count > 0 ? collection : throw new EvaluationException($"No question of {folder} has a relevant document in the corpus; check that qrels/test.tsv names the ids of queries.jsonl and corpus.jsonl.");
    }

    private static Dictionary<string, IReadOnlyDictionary<string, int>> ReadJudgments(string folder, HashSet<string> documents)
    {
        var path = Path.Combine(folder, "qrels", "test.tsv");
        Dictionary<string, Dictionary<string, int>> judgments = new(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in ReadFile(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            var parts = line.Split('\t');
            if (number == 1 && !int.TryParse(parts[^1], CultureInfo.InvariantCulture, out _)) continue; // the header
            if (parts.Length != 3 || !int.TryParse(parts[2], CultureInfo.InvariantCulture, out var grade))
                throw new EvaluationException($"{path}, line {number}: write a query id, a tab, a document id, a tab, and a whole number.");
            if (!documents.Contains(parts[1])) continue; // judged, but not in this corpus: nobody could find it
            if (!judgments.TryGetValue(parts[0], out var grades)) judgments[parts[0]] = grades = new Dictionary<string, int>(StringComparer.Ordinal);
            grades[parts[1]] = grade;
        }

        return judgments.ToDictionary(j => j.Key, j => (IReadOnlyDictionary<string, int>)j.Value, StringComparer.Ordinal);
    }

    private static IEnumerable<(string Place, JsonElement Entry)> Lines(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        var number = 0;
        foreach (var line in ReadFile(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line)) yield return ($"{path}, line {number}", Parse(line, $"{path}, line {number}"));
        }
    }

    private static JsonElement Parse(string line, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new EvaluationException($"{place} is not JSON; every line is one object with _id and text.");
        }
    }

    private static string Text((string Place, JsonElement Entry) line, string name) => line.Entry.ValueKind == JsonValueKind.Object && line.Entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new EvaluationException($"{line.Place} has no text under \"{name}\"; every line is one object with _id and text.");

    private static string OptionalText((string Place, JsonElement Entry) line, string name) =>
        line.Entry.ValueKind == JsonValueKind.Object && line.Entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static IEnumerable<string> ReadFile(string path) => File.Exists(path) ? File.ReadLines(path) : throw new EvaluationException($"{path} is missing.");
}

/// <summary>One document of a collection.</summary>
public sealed record BeirDocument(string Id, string Title, string Text);

using System.Text.Json;

namespace DrChaffee.Training.Corpus;

/// <summary>Makes the pairs that the model learns from: a question and its answer, a sentence and the rest of its passage, a passage and the next.</summary>
internal static class TrainingPairs
{
    private const int ShortestSentence = 25;

    /// <summary>Medical questions are few and talks are many: each question comes this often.</summary>
    private const int QuestionWeight = 5;

    public static List<TextPair> Make(string data, Random random)
    {
        List<TextPair> pairs = [];
        var group = AddQuestions(data, pairs);
        foreach (var talk in TalkPassages.Read(data)) AddTalk(talk, ++group, random, pairs);
        return pairs;
    }

    /// <summary>Pairs of one talk share a group, for a talk keeps to its subject.</summary>
    internal static void AddTalk(IReadOnlyList<IReadOnlyList<string>> passages, int group, Random random, List<TextPair> pairs)
    {
        for (var i = 0; i < passages.Count; i++)
        {
            var sentences = passages[i];
            var question = random.Next(sentences.Count);
            if (sentences.Count > 1 && sentences[question].Length >= ShortestSentence)
                pairs.Add(new TextPair(sentences[question], string.Join(' ', sentences.Where((_, at) => at != question)), group));
            if (i + 1 < passages.Count && i % 2 == 0)
                pairs.Add(new TextPair(string.Join(' ', sentences), string.Join(' ', passages[i + 1]), group));
        }
    }

    private static int AddQuestions(string data, List<TextPair> pairs)
    {
        Dictionary<string, int> groups = new(StringComparer.OrdinalIgnoreCase);
        foreach (var line in Archives.ReadLines(Path.Combine(data, "retrieval", "medquad.jsonl.xz")))
        {
            using var entry = JsonDocument.Parse(line);
            var (question, answer) = (Text(entry, "question"), Text(entry, "answer"));
            if (question.Length == 0 || answer.Length == 0) continue;
            var focus = Text(entry, "focus");
            if (!groups.TryGetValue(focus, out var group)) groups[focus] = group = groups.Count + 1;
            for (var i = 0; i < QuestionWeight; i++) pairs.Add(new TextPair(question, Part(answer, i), group));
        }

        return groups.Count;
    }

    /// <summary>Long answers say many things; each time the question comes it meets another part of about 120 words.</summary>
    private static string Part(string answer, int turn)
    {
        const int PartLength = 750;
        var parts = (answer.Length + PartLength - 1) / PartLength;
        var start = turn % parts * PartLength;
        return answer.Substring(start, Math.Min(PartLength, answer.Length - start));
    }

    private static string Text(JsonDocument entry, string name) => entry.RootElement.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}

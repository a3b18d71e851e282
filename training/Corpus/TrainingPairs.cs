using System.Text.Json;

namespace DrChaffee.Training.Corpus;

/// <summary>
/// Makes the pairs that the model learns from, kind by kind: a question and a part of its answer, a sentence and the rest of its passage, a passage and the next.
/// Kinds are kept apart, for a pair told from pairs of another kind teaches only which corpus it came from.
/// </summary>
internal static class TrainingPairs
{
    private const int ShortestSentence = 25;

    /// <summary>Medical questions are few and talks are many: each question comes this often.</summary>
    private const int QuestionTurns = 6;

    /// <summary>Characters of a part of an answer, about 120 words; a long answer strays towards its end, so only the first parts count.</summary>
    private const int PartLength = 750;
    private const int MostParts = 4;

    public static IReadOnlyList<IReadOnlyList<TextPair>> Make(string data, Random random)
    {
        List<TextPair> questions = [], answerSentences = [], sentences = [], neighbours = [];
        var group = AddQuestions(data, random, questions, answerSentences);
        foreach (var talk in TalkPassages.Read(data)) AddTalk(talk, ++group, random, sentences, neighbours);
        return [questions, answerSentences, sentences, neighbours];
    }

    /// <summary>Pairs of one talk share a group, for a talk keeps to its subject.</summary>
    private static void AddTalk(IReadOnlyList<IReadOnlyList<string>> passages, int group, Random random, List<TextPair> sentences, List<TextPair> neighbours)
    {
        for (var i = 0; i < passages.Count; i++)
        {
            AddSentence(passages[i], group, random, sentences);
            if (i + 1 < passages.Count && i % 2 == 0) neighbours.Add(new TextPair(string.Join(' ', passages[i]), string.Join(' ', passages[i + 1]), group));
        }
    }

    private static void AddSentence(IReadOnlyList<string> passage, int group, Random random, List<TextPair> pairs)
    {
        var question = random.Next(passage.Count);
        if (passage.Count > 1 && passage[question].Length >= ShortestSentence)
            pairs.Add(new TextPair(passage[question], string.Join(' ', passage.Where((_, at) => at != question)), group));
    }

    private static int AddQuestions(string data, Random random, List<TextPair> questions, List<TextPair> sentences)
    {
        Dictionary<string, int> groups = new(StringComparer.OrdinalIgnoreCase);
        foreach (var line in Archives.ReadLines(Path.Combine(data, "retrieval", "medquad.jsonl.xz")))
        {
            using var entry = JsonDocument.Parse(line);
            var (question, answer) = (Text(entry, "question"), Text(entry, "answer"));
            if (question.Length == 0 || answer.Length == 0) continue;
            var focus = Text(entry, "focus");
            if (!groups.TryGetValue(focus, out var group)) groups[focus] = group = groups.Count + 1;

            string[] parts = [.. Parts(answer)];
            for (var turn = 0; turn < QuestionTurns; turn++) questions.Add(new TextPair(question, parts[turn % parts.Length], group));
            foreach (var part in parts)
                for (var turn = 0; turn < 2; turn++) AddSentence(part.Split(". ", StringSplitOptions.RemoveEmptyEntries), group, random, sentences);
        }

        return groups.Count;
    }

    private static IEnumerable<string> Parts(string answer)
    {
        for (var (start, part) = (0, 0); start < answer.Length && part < MostParts; start += PartLength, part++)
            yield return answer.Substring(start, Math.Min(PartLength, answer.Length - start));
    }

    private static string Text(JsonDocument entry, string name) => entry.RootElement.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}

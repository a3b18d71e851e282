namespace DrChaffee.Ingestion.Transcription.Ledger;

/// <summary>Finds words that go round in circles.</summary>
internal static class Loop
{
    private const int LongestPhrase = 10;

    /// <summary>How often a phrase must come in a row: people do say a word three times.</summary>
    private const int FewestTimes = 5;

    /// <summary>Words as they are compared: in small letters, without punctuation.</summary>
    public static string[] Words(string text) =>
        [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Plain).Where(word => word.Length > 0)];

    public static string Plain(string word) => string.Concat(word.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>The phrase that a text repeats at least five times in a row and for more than half of its words, with how often; null where there is none.</summary>
    public static (string Phrase, int Times)? In(string text)
    {
        var words = Words(text);
        for (var length = 1; length <= LongestPhrase && length * FewestTimes <= words.Length; length++)
        {
            for (int from = 0, same = 0; from + length < words.Length; from++)
            {
                same = words[from] == words[from + length] ? same + 1 : 0; // words in a row that equal the one a phrase later
                var times = same / length + 1;
                if (times >= FewestTimes && 2 * (same + length) > words.Length && EndsRun(words, from, length))
                    return (string.Join(' ', words[(from + 1)..(from + 1 + length)]), times);
            }
        }

        return null;
    }

    private static bool EndsRun(string[] words, int from, int length) => from + 1 + length >= words.Length || words[from + 1] != words[from + 1 + length];
}

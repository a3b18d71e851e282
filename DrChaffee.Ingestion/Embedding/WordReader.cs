namespace DrChaffee.Ingestion.Embedding;

/// <summary>Splits a text into the words that carry meaning: runs of letters and digits in lower case, without possessive endings and stop words.</summary>
internal static class WordReader
{
    private const int LongestWord = 40;

    private static readonly HashSet<string> StopWords = new(
        """
        a about above after again all also am an and any are as at be because been before being below between both but by can could did do does doing down during each few for
        from further had has have having he her here hers herself him himself his how i if in into is it its itself just me more most my myself no nor not now of off on once only
        or other our ours ourselves out over own same she should so some such than that the their theirs them themselves then there these they this those through to too under
        until up very was we were what when where which while who whom why will with would you your yours yourself yourselves
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);

    public static IEnumerable<string> Read(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[start]))
            {
                start++;
                continue;
            }

            var end = start + 1;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || IsInnerApostrophe(text, end))) end++;
            var word = Trim(text[start..end].ToLowerInvariant());
            if (word.Length <= LongestWord && !StopWords.Contains(word)) yield return word;
            start = end;
        }
    }

    private static bool IsInnerApostrophe(string text, int at) => text[at] is '\'' or '’' && at + 1 < text.Length && char.IsLetter(text[at + 1]);

    /// <summary>"doctor's" and "they're" count as the word before the apostrophe.</summary>
    private static string Trim(string word)
    {
        var apostrophe = word.AsSpan().IndexOfAny('\'', '’');
        return apostrophe > 0 ? word[..apostrophe] : word;
    }
}

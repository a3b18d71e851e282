namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Counts the white-space separated words of a text without cutting it up.</summary>
internal static class WordCount
{
    public static int Of(ReadOnlySpan<char> text)
    {
        var count = 0;
        var inside = false;
        foreach (var character in text)
        {
            var space = char.IsWhiteSpace(character);
            if (!space && !inside)
                count++;
            inside = !space;
        }

        return count;
    }
}

using System.Text;

namespace DrChaffee.Benchmarks;

/// <summary>Makes queries such as no person means but somebody sends: any Unicode, operators half-written, misspelt words, stop words alone, pasted pages. Equal seeds give equal queries.</summary>
public static class QueryNoise
{
    public const int Longest = 10_000;

    /// <summary>One query in so many fills the whole length that is allowed.</summary>
    private const int OneInWhole = 20;

    private static readonly string[] Stops = ["the", "and", "of", "to", "is", "it", "not", "a", "what", "how", "do", "I"];
    private static readonly string[] Marks = ["\"", "“", "”", "«", "-", "--", "-\"", "(", ")", "*", ":", "&", "|", "!", "<->", "\\", "'", "%", "_", "$1", ";", "{", "?", "+", "~", "^", "\0", "\t", "\n"];

    private static readonly string[] Operators =
    [
        "speaker:", "channel:", "title:", "from:", "to:", "year:", "-title:", "speaker:\"", "from:2023", "from:2023-13", "to:9999-12-31", "year:0000", "year:99999", "to:yesterday", "title:%", "channel:\"a", "TITLE:x", "-speaker:\"a b\"",
    ];

    /// <param name="words">Words of the library that is asked, so that much is found too.</param>
    public static IEnumerable<string> Queries(int seed, int count, IReadOnlyList<string> words)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++) yield return Query(random, words);
    }

    public static string Query(Random random, IReadOnlyList<string> words)
    {
        var kind = random.Next(6);
        var length = random.Next(OneInWhole) == 0 ? Longest : random.Next(1, 120);
        var query = new StringBuilder();
        while (query.Length < length) query.Append(Part(random, kind, words)).Append(kind == 0 ? "" : " ");
        return query.ToString(0, length);
    }

    private static string Part(Random random, int kind, IReadOnlyList<string> words) => kind switch
    {
        0 => ((char)random.Next(char.MaxValue + 1)).ToString(), // lone halves of characters among them
        1 => new Rune(random.Next(0x10000, 0x20000)).ToString(),
        2 => Of(random, Stops),
        3 => Of(random, words),
        4 => Misspelt(random, Of(random, words)),
        _ => random.Next(3) switch { 0 => Of(random, Operators), 1 => Of(random, Marks), _ => Of(random, words) },
    };

    private static string Misspelt(Random random, string word)
    {
        var at = random.Next(word.Length + 1);
        return word.Insert(at, ((char)random.Next('a', 'z' + 1)).ToString());
    }

    private static string Of(Random random, IReadOnlyList<string> choices) => choices[random.Next(choices.Count)];
}

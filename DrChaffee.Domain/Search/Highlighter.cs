using System.Collections.Concurrent;
using DrChaffee.Domain.Data.Replicas;

namespace DrChaffee.Domain.Search;

/// <summary>Finds the words of a text that the query matched, by the same stemmer that indexed them.</summary>
internal sealed class Highlighter(LibraryReader library)
{
    private const int MostRemembered = 200_000;

    /// <summary>Words met before, in lower case, with their lexemes.</summary>
    private readonly ConcurrentDictionary<string, string[]> _lexemes = new(StringComparer.Ordinal);

    /// <summary>For each distinct text, the ranges [from, to) of characters to mark, in order.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<int[]>>> FindAsync(
        IReadOnlyCollection<string> texts, IReadOnlyCollection<string> lexemes, CancellationToken cancellationToken)
    {
        Dictionary<string, IReadOnlyList<int[]>> marks = new(StringComparer.Ordinal);
        var wanted = lexemes.ToHashSet(StringComparer.Ordinal);
        HashSet<string> unknown = new(StringComparer.Ordinal);
        foreach (var text in texts) marks[text] = wanted.Count > 0 ? Ranges(text, wanted, unknown) : [];
        if (unknown.Count == 0) return marks;

        await LearnAsync(unknown, cancellationToken);
        foreach (var text in texts) marks[text] = Ranges(text, wanted, []);
        return marks;
    }

    /// <param name="unknown">Takes the words that are yet to be learned.</param>
    private List<int[]> Ranges(string text, HashSet<string> wanted, HashSet<string> unknown)
    {
        List<int[]> ranges = [];
        var lower = text.ToLowerInvariant(); // of the same length: it maps character by character
        var known = _lexemes.GetAlternateLookup<ReadOnlySpan<char>>();
        var initials = wanted.Select(lexeme => lexeme[0]).Distinct().ToArray(); // a stemmer never changes how a word begins
        for (var from = 0; from < lower.Length;)
        {
            var to = EndOfWord(lower, from);
            if (to == from)
            {
                from++;
                continue;
            }

            if (initials.Contains(lower[from]))
            {
                if (!known.TryGetValue(lower.AsSpan(from, to - from), out var lexemes)) unknown.Add(lower[from..to]);
                else if (Array.Exists(lexemes, wanted.Contains)) ranges.Add([from, to]);
            }

            from = to;
        }

        return ranges;
    }

    /// <summary>Letters and digits, with an apostrophe where a letter follows it.</summary>
    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length && char.IsLetterOrDigit(text[at]))
        {
            at++;
            if (at + 1 < text.Length && text[at] is '\'' or '’' && char.IsLetter(text[at + 1])) at++;
        }

        return at;
    }

    private async Task LearnAsync(HashSet<string> words, CancellationToken cancellationToken)
    {
        if (_lexemes.Count > MostRemembered) _lexemes.Clear();
        await using var command = library.CreateCommand("SELECT w, tsvector_to_array(to_tsvector('english', w)) FROM unnest($1::text[]) w");
        command.Parameters.AddWithValue(words.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) _lexemes[reader.GetString(0)] = reader.GetFieldValue<string[]>(1);
    }
}

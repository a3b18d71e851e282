using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Npgsql;

namespace DrChaffee.Domain.Search;

/// <summary>Finds the words of a text that the query matched, by the same stemmer that indexed them.</summary>
internal sealed partial class Highlighter(NpgsqlDataSource dataSource)
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
        if (wanted.Count > 0) await LearnAsync(texts, cancellationToken);
        foreach (var text in texts) marks[text] = wanted.Count > 0 ? Ranges(text, wanted) : [];
        return marks;
    }

    private List<int[]> Ranges(string text, HashSet<string> wanted)
    {
        List<int[]> ranges = [];
        var lower = text.ToLowerInvariant();
        var known = _lexemes.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var word in Word().EnumerateMatches(text))
        {
            if (known.TryGetValue(lower.AsSpan(word.Index, word.Length), out var lexemes) && Array.Exists(lexemes, wanted.Contains))
                ranges.Add([word.Index, word.Index + word.Length]);
        }

        return ranges;
    }

    private async Task LearnAsync(IReadOnlyCollection<string> texts, CancellationToken cancellationToken)
    {
        if (_lexemes.Count > MostRemembered) _lexemes.Clear();
        HashSet<string> unknown = new(StringComparer.Ordinal);
        var known = _lexemes.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var text in texts)
        {
            var lower = text.ToLowerInvariant(); // of the same length: it maps character by character
            foreach (var word in Word().EnumerateMatches(text))
                if (lower.AsSpan(word.Index, word.Length) is var found && !known.ContainsKey(found)) unknown.Add(found.ToString());
        }

        if (unknown.Count == 0) return;

        await using var command = dataSource.CreateCommand("SELECT w, tsvector_to_array(to_tsvector('english', w)) FROM unnest($1::text[]) w");
        command.Parameters.AddWithValue(unknown.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) _lexemes[reader.GetString(0)] = reader.GetFieldValue<string[]>(1);
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:['’][\p{L}]+)*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}

using System.Collections.Frozen;
using System.Numerics;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Search.Query;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Domain.Search.Words;

/// <summary>The words as they are spoken in the library, with how many passages say each: what typing is completed and corrected by. Read now and then in the background.</summary>
internal sealed partial class CorpusWords(LibraryReader library, TimeProvider time, ILogger<CorpusWords> logger) : BackgroundService
{
    private const int MostWords = 150_000;
    private const int MostCounted = 1_000_000;
    private const int FewestPassages = 2;
    private const int LongestWord = 30;
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(15);

    /// <summary>Of the time it may read: a large library that changes all the time is read less often.</summary>
    private const int PauseForReading = 30;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);

    private string[] _sorted = [];

    /// <summary>By their length.</summary>
    private WordShape[][] _shapes = [];
    private FrozenDictionary<string, int> _counts = FrozenDictionary<string, int>.Empty;
    private LibraryMark? _mark;

    /// <summary>What the library abbreviates, as it explains it.</summary>
    public Abbreviations Abbreviations { get; private set; } = Abbreviations.None;

    /// <summary>How many passages say the word; 0 where fewer than two do.</summary>
    public int Count(string word) => _counts.GetValueOrDefault(word);

    /// <summary>Words that begin so, the most frequent first.</summary>
    public IReadOnlyList<string> Complete(string prefix, int take)
    {
        var sorted = _sorted;
        var at = Array.BinarySearch(sorted, prefix, StringComparer.Ordinal);
        if (at < 0) at = ~at;
        List<string> found = [];
        for (; at < sorted.Length && sorted[at].StartsWith(prefix, StringComparison.Ordinal); at++)
            if (sorted[at].Length > prefix.Length) found.Add(sorted[at]);
        return [.. found.OrderByDescending(Count).Take(take)];
    }

    /// <summary>The likeliest word that was meant: at most one slip in words of four to seven letters, two in longer ones; null where none is near.</summary>
    public string? Nearest(string word)
    {
        if (word.Length is < 4 or > LongestWord) return null;
        var slips = word.Length < 8 ? 1 : 2;
        var letters = WordShape.LettersOf(word);
        var shapes = _shapes;
        (string? Word, double Score) best = (null, 0);
        for (var length = word.Length - slips; length <= word.Length + slips && length < shapes.Length; length++)
        {
            foreach (var candidate in shapes[length])
            {
                if (!candidate.MayBe(letters, slips)) continue;
                var distance = EditDistance.Of(word, candidate.Word, slips);
                if (distance > slips) continue;
                var score = Math.Log(1 + Count(candidate.Word)) / (1 + 3 * distance) * (candidate.Word[0] == word[0] ? 1 : 0.3);
                if (score > best.Score) best = (candidate.Word, score);
            }
        }

        return best.Word;
    }

    /// <summary>Reads all passages, unless nothing has changed since the last time.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await library.OpenConnectionAsync(cancellationToken);
        var mark = await LibraryMark.LatestAsync(connection, cancellationToken);
        if (mark == _mark) return;

        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        var abbreviations = new Abbreviations.Reader();
        await using var command = new NpgsqlCommand("SELECT text FROM passages", connection) { CommandTimeout = 0 };
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var text = reader.GetString(0);
                Add(text, counts);
                abbreviations.Read(text);
            }
        }

        var kept = counts.Where(c => c.Value >= FewestPassages).OrderByDescending(c => c.Value).Take(MostWords).ToArray();
        _counts = kept.ToFrozenDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal);
        _sorted = [.. kept.Select(c => c.Key).Order(StringComparer.Ordinal)];
        var byLength = _sorted.ToLookup(word => word.Length, word => new WordShape(word, WordShape.LettersOf(word)));
        _shapes = [.. Enumerable.Range(0, LongestWord + 1).Select(length => byLength[length].ToArray())];
        Abbreviations = abbreviations.Finish();
        _mark = mark;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (true)
        {
            await Task.Delay(pause, time, stoppingToken);
            var started = time.GetTimestamp();
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (Exception ex) when (ex is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                LogFailed(ex);
            }

            var read = time.GetElapsedTime(started) * PauseForReading;
            pause = read > LeastPause ? read : LeastPause;
        }
    }

    private static void Add(string text, Dictionary<string, int> counts)
    {
        HashSet<string> said = new(StringComparer.Ordinal);
        foreach (var range in QueryText.Runs(text))
        {
            var word = text[range].ToLowerInvariant();
            if (word.Length is < 3 or > LongestWord || !word.All(char.IsLetter) || !said.Add(word)) continue;
            if (counts.TryGetValue(word, out var count)) counts[word] = count + 1;
            else if (counts.Count < MostCounted) counts[word] = 1;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The words of the library could not be read; typing is completed and corrected by those read before.")]
    private partial void LogFailed(Exception exception);
}

/// <summary>A word, and which letters are in it: enough to pass over most words that are not near another without comparing them letter by letter.</summary>
internal readonly record struct WordShape(string Word, uint Letters)
{
    /// <summary>One bit for each letter of the alphabet, shared by letters of others.</summary>
    public static uint LettersOf(string word)
    {
        uint letters = 0;
        foreach (var c in word) letters |= 1u << (c & 31);
        return letters;
    }

    /// <summary>False where more slips are between this word and one of those letters: each brings one letter at most and takes one away.</summary>
    public bool MayBe(uint letters, int slips) => BitOperations.PopCount(Letters & ~letters) <= slips && BitOperations.PopCount(letters & ~Letters) <= slips;
}

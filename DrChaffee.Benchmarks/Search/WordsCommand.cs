using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Search.Words;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Evaluation;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace DrChaffee.Benchmarks.Search;

/// <summary>The command <c>words</c>: the product's index of words beside Lucene.Net, on the same passages, words and questions.</summary>
internal static class WordsCommand
{
    private const int WarmUp = 150;
    private const int Take = 100;

    public static Command Create()
    {
        var passages = new Option<int>("--passages") { Description = "How many passages the library holds.", DefaultValueFactory = _ => 100_000 };
        var questions = new Option<int>("--questions") { Description = "How many questions are asked.", DefaultValueFactory = _ => 500 };
        var data = new Option<string>("--data") { Description = "The folder that holds transcripts/*.tar.xz.", DefaultValueFactory = _ => Path.Combine("..", "shared", "data") };
        var keep = new Option<string?>("--keep") { Description = "Keeps the library in a database of this name, and uses it again the next time." };
        var command = new Command("words", "Compare the index of words with Lucene.Net: time, memory, and whether they find the same.") { passages, questions, data, keep };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = ChaffeeSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            await using var scratch = await ScratchDatabase.CreateAsync(settings, cancellationToken, parsed.GetValue(keep));
            await new BenchmarkLibrary(scratch).FillAsync(parsed.GetRequiredValue(data), parsed.GetValue(passages), Console.WriteLine);
            await CompareAsync(scratch, parsed.GetValue(questions));
            return 0;
        });
        return command;
    }

    private static async Task CompareAsync(ScratchDatabase scratch, int questions)
    {
        var dataSource = scratch.Get<NpgsqlDataSource>();
        using var own = new LibraryIndex();
        using var lucene = new LuceneWords();
        var (ownSize, ownTime) = await MeasureAsync(async () => await FillAsync(dataSource, own.Replace));
        var (luceneSize, luceneTime) = await MeasureAsync(async () =>
        {
            await FillAsync(dataSource, (_, _, passages) => lucene.Add(passages));
            lucene.Open();
        });

        var words = scratch.Get<WordsLeg>();
        var (ownTimes, luceneTimes, same) = (new Latency(), new Latency(), 0.0);
        foreach (var (at, question) in (await new Questions(dataSource).NextAsync(questions + WarmUp)).Index())
        {
            var query = (await words.ReadAsync(question.Text, CancellationToken.None)).Lexemes;
            var started = Stopwatch.GetTimestamp();
            var found = own.Search(query, PassageFilter.None, Take);
            var between = Stopwatch.GetTimestamp();
            var other = lucene.Search(query, Take);
            if (at < WarmUp) continue;
            ownTimes.Add(Stopwatch.GetElapsedTime(started, between));
            luceneTimes.Add(Stopwatch.GetElapsedTime(between));
            same += found.Take(10).Select(passage => passage.PassageId).Intersect(other.Take(10)).Count() / (double)Math.Max(1, Math.Min(10, found.Count));
        }

        Console.WriteLine(JsonSerializer.Serialize(new
        {
            own = new { p50_ms = ownTimes.At(.5), p95_ms = ownTimes.At(.95), max_ms = ownTimes.Worst, load_s = ownTime, memory_mb = ownSize },
            lucene = new { p50_ms = luceneTimes.At(.5), p95_ms = luceneTimes.At(.95), max_ms = luceneTimes.Worst, load_s = luceneTime, memory_mb = luceneSize },
            same_of_first_ten = Math.Round(same / questions, 3),
        }));
    }

    private static async Task<(double Megabytes, double Seconds)> MeasureAsync(Func<Task> fill)
    {
        var (before, started) = (GC.GetTotalMemory(forceFullCollection: true), Stopwatch.GetTimestamp());
        await fill();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return (Math.Round((GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6, 1), Math.Round(seconds, 1));
    }

    private static async Task FillAsync(NpgsqlDataSource dataSource, Action<long, string[], IReadOnlyList<IndexedPassage>> add)
    {
        await using var command = dataSource.CreateCommand("SELECT id, words FROM passages ORDER BY id");
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var stored = await reader.GetFieldValueAsync<NpgsqlTypes.NpgsqlTsVector>(1);
            add(reader.GetInt64(0), [], [new IndexedPassage(reader.GetInt64(0), SpeakerId: 0, Start: 0, [.. stored.Select(word => (word.Text, Math.Max(1, word.Count)))])]);
        }
    }
}

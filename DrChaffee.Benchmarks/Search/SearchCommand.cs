using System.CommandLine;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Evaluation;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Benchmarks.Search;

/// <summary>The command <c>search</c>: quality and speed of search at a given size.</summary>
internal static class SearchCommand
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var passages = new Option<int>("--passages") { Description = "How many passages the library holds.", DefaultValueFactory = _ => 100_000 };
        var questions = new Option<int>("--questions") { Description = "How many questions each measurement asks.", DefaultValueFactory = _ => 200 };
        var seconds = new Option<int>("--http-seconds") { Description = "How long the web server is asked by many clients; 0 leaves it out.", DefaultValueFactory = _ => 20 };
        var data = new Option<string>("--data") { Description = "The folder that holds transcripts/*.tar.xz.", DefaultValueFactory = _ => Path.Combine("..", "shared", "data") };
        var keep = new Option<string?>("--keep") { Description = "Keeps the library in a database of this name, and uses it again the next time." };
        var json = new Option<bool>("--json") { Description = "Prints nothing but the JSON." };
        var command = new Command("search", "Measure search on a library of real passages and noisy copies of them, in a scratch database on the server at DATABASE_URL.") { passages, questions, seconds, data, keep, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = parsed.GetRequiredValue(data);
            if (!Directory.Exists(Path.Combine(folder, "transcripts"))) return Fail($"There is no folder {Path.Combine(folder, "transcripts")}; name the one that holds it with --data.");
            if (parsed.GetValue(passages) < 1_000) return Fail("Fewer than 1,000 passages measure nothing; give --passages a greater number.");
            Action<string> tell = parsed.GetValue(json) ? _ => { } : Console.WriteLine;
            var settings = ChaffeeSettings.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
            await using var scratch = await ScratchDatabase.CreateAsync(settings, cancellationToken, parsed.GetValue(keep));
            var report = await new SearchBenchmark(scratch, tell).RunAsync(folder, parsed.GetValue(passages), parsed.GetValue(questions), parsed.GetValue(seconds));
            Console.WriteLine(JsonSerializer.Serialize(report, Snake));
            return 0;
        });
        return command;
    }

    private static int Fail(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return 1;
    }
}

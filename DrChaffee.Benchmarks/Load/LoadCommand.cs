using System.CommandLine;
using System.Text.Json;
using DrChaffee.Benchmarks.Soak;

namespace DrChaffee.Benchmarks.Load;

/// <summary>The command <c>load</c>: what many visitors at once get, and whether a restart of the database passes over.</summary>
internal static class LoadCommand
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var passages = new Option<int>("--passages") { Description = "How many passages the library holds.", DefaultValueFactory = _ => 200_000 };
        var clients = new Option<int>("--clients") { Description = "How many clients ask.", DefaultValueFactory = _ => 64 };
        var rate = new Option<double>("--rate") { Description = "How many searches they ask a second, all together.", DefaultValueFactory = _ => 150 };
        var seconds = new Option<int>("--seconds") { Description = "How long they ask, undisturbed and then with a restart.", DefaultValueFactory = _ => 60 };
        var data = new Option<string>("--data") { Description = "The folder that holds transcripts/*.tar.xz.", DefaultValueFactory = _ => Path.Combine("..", "shared", "data") };
        var json = new Option<bool>("--json") { Description = "Prints nothing but the JSON." };
        var command = new Command("load", "Ask the web server at a steady rate, on a PostgreSQL server of its own that is restarted in the second half; ends with 1 where what is asked for was not reached.") { passages, clients, rate, seconds, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Action<string> tell = parsed.GetValue(json) ? _ => { } : Console.WriteLine;
            await using var postgres = await PostgresServer.TryStartAsync(Console.Error.WriteLine, cancellationToken, "shared_buffers=1GB", "max_wal_size=4GB");
            if (postgres is null) return 1;
            var report = await new LoadRun(postgres, tell).RunAsync(parsed.GetRequiredValue(data), parsed.GetValue(passages), parsed.GetValue(clients), parsed.GetValue(rate), parsed.GetValue(seconds), cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(report, Snake));
            return report.Missed.Count == 0 ? 0 : 1;
        });
        return command;
    }
}

using System.CommandLine;
using System.Text.Json;
using DrChaffee.Benchmarks.Soak;

namespace DrChaffee.Benchmarks.Transfer;

/// <summary>The command <c>transfer</c>: how long a library takes to another server, whole or followed, and to a file and back.</summary>
internal static class TransferCommand
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly string[] Settings = ["wal_level=logical", "shared_buffers=256MB", "maintenance_work_mem=512MB", "max_wal_size=4GB", "dynamic_shared_memory_type=mmap", "jit=off"];

    public static Command Create()
    {
        var passages = new Option<int>("--passages") { Description = "How many passages the library holds.", DefaultValueFactory = _ => 200_000 };
        var data = new Option<string>("--data") { Description = "The folder that holds transcripts/*.tar.xz.", DefaultValueFactory = _ => Path.Combine("..", "shared", "data") };
        var json = new Option<bool>("--json") { Description = "Prints nothing but the JSON." };
        var command = new Command("transfer", "Carry a library between two PostgreSQL servers of its own: sync --full, replicate, backup and restore; ends with 1 where the ends differ.") { passages, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Action<string> tell = parsed.GetValue(json) ? _ => { } : Console.WriteLine;
            await using var first = await PostgresServer.TryStartAsync(Console.Error.WriteLine, cancellationToken, Settings);
            await using var second = first is null ? null : await PostgresServer.TryStartAsync(Console.Error.WriteLine, cancellationToken, Settings);
            if (first is null || second is null) return 1;
            var figures = await new TransferBenchmark(first, second, tell).RunAsync(parsed.GetRequiredValue(data), parsed.GetValue(passages), cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(figures, Snake));
            return figures is { FollowerAgrees: true, RestoreChecked: true } ? 0 : 1;
        });
        return command;
    }
}

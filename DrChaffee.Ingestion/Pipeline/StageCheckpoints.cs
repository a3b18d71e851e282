using System.IO.Compression;
using System.Text.Json;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Keeps what a finished stage made until the source is done, so that a run that was cut off goes on after it. The store deletes it in its own transaction.</summary>
internal sealed class StageCheckpoints(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>The key of a transcript that is taken as it is, whatever the media holds: a person had the source done again from a later stage.</summary>
    public const string Given = "given";

    /// <summary>Null where nothing is kept under that key.</summary>
    public Task<T?> FindAsync<T>(long source, Stage stage, string contentKey, CancellationToken cancellationToken) where T : class => DatabasePatience.AskAsync(async () =>
    {
        await using var command = dataSource.CreateCommand("SELECT result FROM source_checkpoints WHERE source_id = $1 AND stage = $2 AND content_key = $3");
        command.Parameters.AddWithValue(source);
        command.Parameters.AddWithValue(SnakeCase.Name(stage));
        command.Parameters.AddWithValue(contentKey);
        return await command.ExecuteScalarAsync(cancellationToken) is byte[] result ? Unpack<T>(result) : null;
    }, time, cancellationToken);

    /// <summary>Keeps nothing where the source is another's by now.</summary>
    public Task KeepAsync<T>(ClaimedSource source, Stage stage, string contentKey, T result, CancellationToken cancellationToken)
    {
        var packed = Pack(result);
        return DatabasePatience.DoAsync(async () =>
        {
            await using var command = dataSource.CreateCommand("""
                INSERT INTO source_checkpoints (source_id, stage, content_key, result)
                SELECT id, $3, $4, $5 FROM sources WHERE id = $1 AND fencing_token = $2 FOR SHARE
                ON CONFLICT (source_id, stage) DO UPDATE SET content_key = excluded.content_key, result = excluded.result, created_at = now()
                """);
            command.Parameters.AddWithValue(source.Id);
            command.Parameters.AddWithValue(source.FencingToken);
            command.Parameters.AddWithValue(SnakeCase.Name(stage));
            command.Parameters.AddWithValue(contentKey);
            command.Parameters.Add(new NpgsqlParameter { Value = packed, NpgsqlDbType = NpgsqlDbType.Bytea });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }, time, cancellationToken);
    }

    internal static byte[] Pack<T>(T result)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest)) JsonSerializer.Serialize(zip, result);
        return packed.ToArray();
    }

    private static T? Unpack<T>(byte[] packed) where T : class
    {
        try
        {
            using var zip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            return JsonSerializer.Deserialize<T>(zip);
        }
        catch (Exception ex) when (ex is JsonException or InvalidDataException)
        {
            return null; // another version of the program kept it: the stage is done again
        }
    }
}

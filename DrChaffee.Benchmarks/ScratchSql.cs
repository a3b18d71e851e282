using DrChaffee.Ingestion.Evaluation;
using Npgsql;

namespace DrChaffee.Benchmarks;

/// <summary>Plain SQL on a scratch library, however long it takes.</summary>
internal static class ScratchSql
{
    public static async Task ExecuteAsync(this ScratchDatabase library, string sql, CancellationToken cancellationToken)
    {
        await using var command = library.Get<NpgsqlDataSource>().CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<T> ReadAsync<T>(this ScratchDatabase library, string sql, CancellationToken cancellationToken)
    {
        await using var command = library.Get<NpgsqlDataSource>().CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}

using Npgsql;

namespace DrChaffee.Ingestion.Transfer;

/// <summary>How many rows a table has, and a checksum of what they say, whatever their order and that of the columns.</summary>
public sealed record TableSum(string Table, long Rows, string Checksum);

/// <summary>Reads tables as numbers that are the same on every server that holds the same.</summary>
internal static class TableSums
{
    public static async Task<IReadOnlyList<TableSum>> ReadAsync(NpgsqlConnection connection, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await connection.RunAsync("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 1; SET bytea_output = 'hex'", cancellationToken);
        List<TableSum> sums = [];
        foreach (var table in tables) sums.Add(await ReadAsync(connection, table, cancellationToken));
        return sums;
    }

    /// <exception cref="TransferException">They differ; the sentence names the tables.</exception>
    public static void RequireEqual(IReadOnlyList<TableSum> origin, IReadOnlyList<TableSum> copy)
    {
        var different = origin.Where(sum => !copy.Contains(sum)).Select(sum => sum.Table).ToList();
        if (different.Count > 0) throw new TransferException($"The copy differs from its origin in {string.Join(", ", different)}; it is not used. Start again; if it happens twice, look at both servers' logs.");
    }

    private static async Task<TableSum> ReadAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        var columns = await connection.ReadAsync<string>(
            "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname) FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped", cancellationToken, LibraryTables.Quote(table));
        await using var command = new NpgsqlCommand($"SELECT count(*), coalesce(sum(hashtextextended(ROW({columns})::text, 0)::numeric), 0)::text FROM {LibraryTables.Quote(table)}", connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new TableSum(table, reader.GetInt64(0), reader.GetString(1));
    }
}

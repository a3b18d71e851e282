using Npgsql;

namespace DrChaffee.Domain.Capacity;

/// <summary>Measures the tables of the library, which needs no right but to connect.</summary>
public sealed class DatabaseMeter(NpgsqlDataSource dataSource)
{
    private const string Rest = "Schedule, accounts and the rest";

    private static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["segments"] = "Transcripts",
        ["engines"] = "Transcripts",
        ["segment_reviews"] = "Transcripts",
        ["speakers"] = "Transcripts",
        ["voice_profiles"] = "Transcripts",
        ["passages"] = "Passages and their words",
        ["passage_embeddings"] = "Vectors",
        ["embedding_models"] = "Vectors",
        ["sources"] = "Recordings and the queue",
        ["channels"] = "Recordings and the queue",
        ["source_checkpoints"] = "Recordings and the queue",
        ["host_circuits"] = "Recordings and the queue",
        ["ingestion_events"] = "Events, sync and history",
        ["job_runs"] = "Events, sync and history",
        ["audit_log"] = "Events, sync and history",
        ["sync_changes"] = "Events, sync and history",
        ["sync_bases"] = "Events, sync and history",
        ["sync_conflicts"] = "Events, sync and history",
        ["sync_runs"] = "Events, sync and history",
    };

    public async Task<DatabaseSize> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var whole = dataSource.CreateCommand("""
                SELECT pg_database_size(current_database()), CASE WHEN pg_has_role('pg_read_all_settings', 'USAGE') THEN current_setting('data_directory') END
                """);
            await using var size = await whole.ExecuteReaderAsync(cancellationToken);
            await size.ReadAsync(cancellationToken);
            return new DatabaseSize(size.GetInt64(0), Grouped(await TablesAsync(cancellationToken)), Refused: null, await size.IsDBNullAsync(1, cancellationToken) ? null : size.GetString(1));
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return new DatabaseSize(0, [], $"The role of DATABASE_URL may not ask for sizes ({ex.MessageText}).", Folder: null);
        }
    }

    private async Task<IReadOnlyList<StoredTable>> TablesAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("""
            SELECT c.relname::text, coalesce(pg_table_size(c.oid), 0), coalesce(pg_indexes_size(c.oid), 0)
            FROM pg_class c WHERE c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('sources')) AND c.relkind = 'r' ORDER BY c.relname
            """);
        List<StoredTable> tables = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) tables.Add(new StoredTable(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        return tables;
    }

    private static IReadOnlyList<StoredPart> Grouped(IReadOnlyList<StoredTable> tables) =>
        [.. tables.GroupBy(table => Parts.GetValueOrDefault(table.Name, Rest)).Select(part => new StoredPart(part.Key, part.Sum(table => table.Bytes), part.Sum(table => table.IndexBytes), [.. part])).OrderByDescending(part => part.TotalBytes)];
}

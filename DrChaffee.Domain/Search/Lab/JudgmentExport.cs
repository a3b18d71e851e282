using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>
/// Writes the judgments as a collection in BEIR's form, which <c>drchaffee eval retrieval</c> reads once it is unpacked. The corpus is every passage of the library:
/// among the judged ones alone, any ranking would look good.
/// </summary>
public sealed class JudgmentExport(NpgsqlDataSource dataSource)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Written as it is read, whatever the size of the library; all files are of one moment.</summary>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        await WriteAsync(zip, "queries.jsonl", connection, "SELECT DISTINCT query FROM search_judgments ORDER BY query", header: null,
            row => new JsonObject { ["_id"] = QueryId(row.GetString(0)), ["text"] = row.GetString(0) }.ToJsonString(Json), cancellationToken);
        await WriteAsync(zip, "qrels/test.tsv", connection, $"""
            SELECT j.query, s.key, t.ordinal, max(j.grade) FROM search_judgments j JOIN sources s ON s.key = j.source_key, {JudgmentSql.Holding("j.start_sec")} JOIN passages t ON t.id = p.id
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """, "query-id\tcorpus-id\tscore", row => $"{QueryId(row.GetString(0))}\t{DocumentId(row.GetString(1), row.GetInt32(2))}\t{row.GetInt16(3).ToString(CultureInfo.InvariantCulture)}", cancellationToken);
        await WriteAsync(zip, "corpus.jsonl", connection, "SELECT s.key, p.ordinal, s.title, p.text FROM passages p JOIN sources s ON s.id = p.source_id ORDER BY p.source_id, p.ordinal", header: null,
            row => new JsonObject { ["_id"] = DocumentId(row.GetString(0), row.GetInt32(1)), ["title"] = row.GetString(2), ["text"] = row.GetString(3) }.ToJsonString(Json), cancellationToken);
    }

    private static async Task WriteAsync(ZipArchive zip, string file, NpgsqlConnection connection, string sql, string? header, Func<NpgsqlDataReader, string> line, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry(file, CompressionLevel.Fastest).OpenAsync(cancellationToken);
        await using var writer = new StreamWriter(entry, Utf8);
        if (header is not null) await writer.WriteAsync($"{header}\n".AsMemory(), cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) await writer.WriteAsync($"{line(reader)}\n".AsMemory(), cancellationToken);
    }

    /// <summary>The same query has the same id in every export.</summary>
    private static string QueryId(string query) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Utf8.GetBytes(query)).AsSpan(0, 8));

    private static string DocumentId(string sourceKey, int ordinal) => $"{sourceKey}#{ordinal.ToString(CultureInfo.InvariantCulture)}";
}

using System.Buffers.Binary;
using DrChaffee.Domain.Sync.Merging;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Domain.Sync;

/// <summary>Reads recordings as hashes, which the database makes of what rows say, over keys that are the same on every machine.</summary>
internal static class HashQuery
{
    private const int Digits = 16;

    /// <summary>$1 keys, $2 the model whose vectors count.</summary>
    private const string Sql = """
        SELECT s.key, s.id, s.title,
            left(md5(ROW(s.title)::text), 16) || left(md5(ROW(s.url)::text), 16) || left(md5(ROW(extract(epoch FROM s.published_at))::text), 16)
                || left(md5(ROW(s.duration_sec)::text), 16) || left(md5(ROW(s.description)::text), 16) || left(md5(ROW(c.kind, c.address, c.title)::text), 16)
                || left(md5(ROW(s.thumbnail_url)::text), 16) || left(md5(ROW(s.content_hash)::text), 16),
            g.ordinals, g.hashes, p.ordinals, p.hashes, p.vectors,
            (SELECT array_agg(ROW(k.name, k.source_id IS NOT NULL)::text ORDER BY k.name, k.source_id IS NOT NULL) FROM speakers k
                WHERE k.id IN (SELECT DISTINCT speaker_id FROM segments WHERE source_id = s.id))
        FROM sources s LEFT JOIN channels c ON c.id = s.channel_id
        LEFT JOIN LATERAL (
            SELECT array_agg(x.ordinal) AS ordinals, string_agg(x.hash, '') AS hashes FROM (
                SELECT g.ordinal, left(md5(ROW(g.start_sec, g.end_sec, g.text, k.name, k.source_id IS NOT NULL, g.times_estimated, g.word_times, g.avg_logprob, g.compression_ratio,
                    g.no_speech_prob, g.suspect_reason, e.name, e.model, e.version)::text), 16) AS hash
                FROM segments g JOIN engines e ON e.id = g.engine_id LEFT JOIN speakers k ON k.id = g.speaker_id WHERE g.source_id = s.id ORDER BY g.ordinal) x) g ON true
        LEFT JOIN LATERAL (
            SELECT array_agg(x.ordinal) AS ordinals, string_agg(x.hash, '') AS hashes, string_agg(x.vector, '') AS vectors FROM (
                SELECT p.ordinal, left(md5(ROW(p.start_sec, p.end_sec, p.text, k.name, k.source_id IS NOT NULL, p.first_segment, p.last_segment)::text), 16) AS hash,
                    coalesce(left(md5(halfvec_send(v.embedding)), 16), '0000000000000000') AS vector
                FROM passages p LEFT JOIN speakers k ON k.id = p.speaker_id LEFT JOIN passage_embeddings v ON v.passage_id = p.id AND v.model_id = $2
                WHERE p.source_id = s.id ORDER BY p.ordinal) x) p ON true
        WHERE s.key = ANY($1) AND s.version > 0
        """;

    public static async Task<Dictionary<string, SourceHashes>> ReadAsync(NpgsqlConnection connection, IReadOnlyCollection<string> keys, int? model, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection) { CommandTimeout = 0 };
        command.Parameters.Add(Keys(keys));
        command.Parameters.AddWithValue(model ?? 0);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<string, SourceHashes> sources = new(keys.Count, StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            sources.Add(reader.GetString(0), new SourceHashes(
                reader.GetString(0), reader.GetInt64(1), reader.GetString(2), Hashes(reader, 3), Parts(reader, 4), Parts(reader, 6), Hashes(reader, 8),
                reader.IsDBNull(9) ? [] : reader.GetFieldValue<string[]>(9)));
        }

        return sources;
    }

    public static NpgsqlParameter<string[]> Keys(IEnumerable<string> keys) => new() { TypedValue = [.. keys], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static PartHashes Parts(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? PartHashes.None : new PartHashes(reader.GetFieldValue<int[]>(column), Hashes(reader, column + 1));

    private static ulong[] Hashes(NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column)) return [];
        var bytes = Convert.FromHexString(reader.GetString(column));
        var hashes = new ulong[bytes.Length * 2 / Digits];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(i * Digits / 2));
        return hashes;
    }
}

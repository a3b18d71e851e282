using DrChaffee.Domain.Transcripts;
using Npgsql;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Reads a stored transcript back as a transcriber gave it, so that the later stages can be done again.</summary>
internal static class StoredWords
{
    public static async Task<Said> ReadAsync(NpgsqlConnection connection, long source, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT g.start_sec, g.end_sec, g.text, p.name, g.times_estimated, g.word_times, g.avg_logprob, g.compression_ratio, g.no_speech_prob,
                e.name, e.model, e.version, s.content_hash, s.media_path, s.duration_sec, g.suspect_reason
            FROM sources s LEFT JOIN segments g ON g.source_id = s.id LEFT JOIN speakers p ON p.id = g.speaker_id LEFT JOIN engines e ON e.id = g.engine_id
            WHERE s.id = $1 ORDER BY g.ordinal
            """, connection);
        command.Parameters.AddWithValue(source);
        List<TranscriptLine> lines = [];
        EngineStamp? engine = null;
        string? hash = null, media = null;
        TimeSpan? duration = null;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            (hash, media) = (Text(reader, 12), Text(reader, 13));
            duration = reader.IsDBNull(14) ? null : TimeSpan.FromSeconds(reader.GetDouble(14));
            if (reader.IsDBNull(0)) continue; // nothing was said in it
            engine ??= Text(reader, 9) is { } name ? new EngineStamp(name, reader.GetString(10), reader.GetString(11)) : null;
            lines.Add(Line(reader));
        }

        return new Said(lines, engine ?? Transcription.CaptionTranscriber.Engine, hash, media, duration);
    }

    private static TranscriptLine Line(NpgsqlDataReader reader)
    {
        var words = reader.IsDBNull(5) ? null : reader.GetFieldValue<float[]>(5);
        var quality = new LineQuality(Number(reader, 6), Number(reader, 7), Number(reader, 8));
        return new TranscriptLine(TimeSpan.FromSeconds(reader.GetDouble(0)), TimeSpan.FromSeconds(reader.GetDouble(1)), reader.GetString(2), Text(reader, 3))
        {
            Estimated = reader.GetBoolean(4),
            Words = words is null ? null : [.. words.Chunk(2).Select(pair => new WordTime(TimeSpan.FromSeconds(pair[0]), TimeSpan.FromSeconds(pair[1])))],
            Quality = quality is { AvgLogprob: null, CompressionRatio: null, NoSpeechProb: null } ? null : quality,
            SuspectReason = Text(reader, 15),
        };
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static float? Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFloat(column);
}

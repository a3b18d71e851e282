using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Chunking;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Storing;
using Npgsql;

namespace DrChaffee.Ingestion.Transcription.Review;

/// <summary>Cuts the passages of one recording anew out of its stored segments, when one of them is believed after all. Vectors come afterwards.</summary>
internal sealed class PassageRebuild(NpgsqlDataSource dataSource)
{
    /// <summary>Takes the reason off a segment for good and rebuilds, in one transaction. False where there is no such suspect segment.</summary>
    public async Task<bool> WithoutReasonAsync(string sourceKey, int ordinal, string? decidedBy, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, sourceKey, cancellationToken);
        if (!await ReviewMemory.DecideAsync(connection, sourceKey, ordinal, ReviewDecision.Kept, decidedBy, cancellationToken)) return false;
        if (await ClearReasonAsync(connection, sourceKey, ordinal, cancellationToken) is not { } source) return false;
        await RecutAsync(connection, source, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Puts the passages that a recording's segments make in place of those it has, in the transaction of the connection.</summary>
    internal static async Task RecutAsync(NpgsqlConnection connection, long source, CancellationToken cancellationToken)
    {
        var (segments, speakers) = await ReadAsync(connection, source, cancellationToken);
        await using (var delete = new NpgsqlCommand("DELETE FROM passages WHERE source_id = $1", connection))
        {
            delete.Parameters.AddWithValue(source);
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }

        if (PassageChunker.Cut(segments) is { Count: > 0 } passages) await TranscriptStore.CopyPassagesAsync(connection, source, passages, speakers, cancellationToken);
    }

    /// <summary>First of all, as a run that stores the recording does: until the end its segments keep their places.</summary>
    private static async Task LockAsync(NpgsqlConnection connection, string sourceKey, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT id FROM sources WHERE key = $1 FOR NO KEY UPDATE", connection);
        command.Parameters.AddWithValue(sourceKey);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The recording's new version tells those that follow.</summary>
    private static async Task<long?> ClearReasonAsync(NpgsqlConnection connection, string sourceKey, int ordinal, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            WITH source AS (UPDATE sources SET version = version + 1, updated_at = now() WHERE key = $1
                AND EXISTS (SELECT FROM segments g WHERE g.source_id = sources.id AND g.ordinal = $2 AND g.suspect_reason IS NOT NULL) RETURNING id)
            UPDATE segments g SET suspect_reason = NULL, updated_at = now() FROM source WHERE g.source_id = source.id AND g.ordinal = $2
            RETURNING g.source_id, set_config('drchaffee.raises_versions', 'on', true)
            """, connection);
        command.Parameters.AddWithValue(sourceKey);
        command.Parameters.AddWithValue(ordinal);
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    /// <summary>A speaker is told apart by its row here, whatever its name.</summary>
    private static async Task<(List<SpokenSegment> Segments, SpeakerIds Speakers)> ReadAsync(NpgsqlConnection connection, long source, CancellationToken cancellationToken)
    {
        List<SpokenSegment> segments = [];
        Dictionary<SpeakerLabel, long> speakers = [];
        await using var command = new NpgsqlCommand("SELECT start_sec, end_sec, text, speaker_id, word_times, suspect_reason FROM segments WHERE source_id = $1 ORDER BY ordinal", connection);
        command.Parameters.AddWithValue(source);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var speaker = reader.IsDBNull(3) ? null : new SpeakerLabel($"{reader.GetInt64(3)}", Local: false);
            if (speaker is not null) speakers[speaker] = reader.GetInt64(3);
            var line = new TranscriptLine(TimeSpan.FromSeconds(reader.GetDouble(0)), TimeSpan.FromSeconds(reader.GetDouble(1)), reader.GetString(2))
            {
                Words = reader.IsDBNull(4) ? null : Words(reader.GetFieldValue<float[]>(4)),
            };
            segments.Add(new SpokenSegment(line, speaker, reader.IsDBNull(5) ? null : reader.GetString(5)));
        }

        return (segments, new SpeakerIds(speakers));
    }

    private static WordTime[] Words(float[] times) =>
        [.. times.Chunk(2).Select(pair => new WordTime(TimeSpan.FromSeconds(pair[0]), TimeSpan.FromSeconds(pair[1])))];
}

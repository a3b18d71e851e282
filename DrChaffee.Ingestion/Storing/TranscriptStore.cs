using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription.Review;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Ingestion.Storing;

/// <summary>Puts a whole transcript in place of the one before, in one transaction: readers see the old one or the new one, never a mixture.</summary>
internal sealed class TranscriptStore(NpgsqlDataSource dataSource, ReferenceRows references)
{
    public async Task<TimeSpan> StoreAsync(EmbeddedTranscript work, CancellationToken cancellationToken)
    {
        var (source, spoken, passages) = (work.Source, work.Passaged.Spoken, work.Passaged.Passages);
        var duration = spoken.Said.Duration ?? (spoken.Segments.Count > 0 ? spoken.Segments.Max(s => s.Line.End) : TimeSpan.Zero);

        // Rows that many sources share are made first, each on its own: held in this transaction they would make others wait.
        var engine = await references.EngineAsync(spoken.Said.Engine, cancellationToken);
        var channel = source.Facts.Channel is { } facts ? await references.ChannelAsync(facts, cancellationToken) : (long?)null;
        var speakers = await references.SpeakersAsync(source.Id, spoken.Segments.Select(s => s.Speaker), cancellationToken);

        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await TryFinishSourceAsync(connection, source, spoken.Said, channel, duration, cancellationToken))
            return await IsStoredAsync(connection, source, cancellationToken) ? duration : throw new LeaseLostException(source.Key);

        await ClearAsync(connection, source.Id, cancellationToken);
        await CopySegmentsAsync(connection, source.Id, spoken.Segments, speakers, engine, cancellationToken);
        await ReviewMemory.FollowAsync(connection, source.Id, spoken.Segments, cancellationToken);
        if (passages.Count > 0)
        {
            var ids = await CopyPassagesAsync(connection, source.Id, passages, speakers, cancellationToken);
            await CopyVectorsAsync(connection, ids, work.ModelId, work.Vectors, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return duration;
    }

    /// <summary>Comes first: it locks the row, and refuses a worker whose lease was lost before it writes anything.</summary>
    private static async Task<bool> TryFinishSourceAsync(
        NpgsqlConnection connection, ClaimedSource source, Said said, long? channel, TimeSpan duration, CancellationToken cancellationToken)
    {
        var facts = source.Facts;
        await using var command = new NpgsqlCommand("""
            UPDATE sources SET title = $3, channel_id = coalesce($4, channel_id), url = coalesce($5, url), published_at = coalesce($6, published_at),
                duration_sec = $7, origin = $8, content_hash = $9, media_path = coalesce($10, media_path),
                description = coalesce($11, description), thumbnail_url = coalesce($12, thumbnail_url), state = 'done', stage = 'store',
                state_reason = NULL, failure_class = NULL, failure_detail = NULL, attempts = 0, next_try_at = NULL, lease_owner = NULL, lease_until = NULL,
                fencing_token = fencing_token + 1, version = version + 1, updated_at = now()
            WHERE id = $1 AND fencing_token = $2 AND lease_owner IS NOT NULL
            RETURNING set_config('drchaffee.raises_versions', 'on', true)
            """, connection);
        command.Parameters.AddWithValue(source.Id);
        command.Parameters.AddWithValue(source.FencingToken);
        command.Parameters.AddWithValue(facts.Title);
        command.Parameters.Add(Nullable(channel, NpgsqlDbType.Bigint));
        command.Parameters.Add(Nullable(facts.Url, NpgsqlDbType.Text));
        command.Parameters.Add(Nullable(facts.PublishedAt?.ToUniversalTime(), NpgsqlDbType.TimestampTz));
        command.Parameters.AddWithValue(duration.TotalSeconds);
        command.Parameters.AddWithValue(facts.Origin);
        command.Parameters.Add(Nullable(said.ContentHash, NpgsqlDbType.Text));
        command.Parameters.Add(Nullable(said.MediaPath, NpgsqlDbType.Text));
        command.Parameters.Add(Nullable(facts.Description, NpgsqlDbType.Text));
        command.Parameters.Add(Nullable(facts.ThumbnailUrl, NpgsqlDbType.Text));
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>Where the connection broke while the commit was under way: the next token is the one that this claim's own store left.</summary>
    private static async Task<bool> IsStoredAsync(NpgsqlConnection connection, ClaimedSource source, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT 1 FROM sources WHERE id = $1 AND fencing_token = $2 AND state = 'done' AND lease_owner IS NULL AND stage = 'store' AND attempts = 0", connection);
        command.Parameters.AddWithValue(source.Id);
        command.Parameters.AddWithValue(source.FencingToken + 1);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    private static async Task ClearAsync(NpgsqlConnection connection, long source, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var table in (ReadOnlySpan<string>)["segments", "passages", "source_checkpoints"]) // vectors go with their passages
        {
            var delete = new NpgsqlBatchCommand($"DELETE FROM {table} WHERE source_id = $1");
            delete.Parameters.AddWithValue(source);
            batch.BatchCommands.Add(delete);
        }

        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task CopySegmentsAsync(
        NpgsqlConnection connection, long source, IReadOnlyList<SpokenSegment> segments, SpeakerIds speakers, int engine, CancellationToken cancellationToken)
    {
        await using var rows = await connection.BeginBinaryImportAsync(
            "COPY segments (source_id, ordinal, start_sec, end_sec, text, speaker_id, times_estimated, word_times, avg_logprob, compression_ratio, no_speech_prob, suspect_reason, engine_id) FROM STDIN (FORMAT BINARY)",
            cancellationToken);
        for (var i = 0; i < segments.Count; i++)
        {
            var (line, speaker, suspect) = segments[i];
            await rows.StartRowAsync(cancellationToken);
            await rows.WriteAsync(source, cancellationToken);
            await rows.WriteAsync(i, cancellationToken);
            await rows.WriteAsync(line.Start.TotalSeconds, cancellationToken);
            await rows.WriteAsync(line.End.TotalSeconds, cancellationToken);
            await rows.WriteAsync(line.Text, cancellationToken);
            await WriteAsync(rows, speakers.Of(speaker), cancellationToken);
            await rows.WriteAsync(line.Estimated, cancellationToken);
            if (line.Words is { } words) await rows.WriteAsync(Times(words), cancellationToken);
            else await rows.WriteNullAsync(cancellationToken);
            foreach (var figure in (float?[])[line.Quality?.AvgLogprob, line.Quality?.CompressionRatio, line.Quality?.NoSpeechProb]) await WriteAsync(rows, figure, cancellationToken);
            if (suspect is not null) await rows.WriteAsync(suspect, cancellationToken);
            else await rows.WriteNullAsync(cancellationToken);
            await rows.WriteAsync(engine, cancellationToken);
        }

        await rows.CompleteAsync(cancellationToken);
    }

    /// <summary>Gives the numbers of the passages, for their vectors to point at.</summary>
    internal static async Task<long[]> CopyPassagesAsync(
        NpgsqlConnection connection, long source, IReadOnlyList<Chunking.PassageDraft> passages, SpeakerIds speakers, CancellationToken cancellationToken)
    {
        var ids = await ReserveIdsAsync(connection, passages.Count, cancellationToken);
        await using var rows = await connection.BeginBinaryImportAsync(
            "COPY passages (id, source_id, ordinal, start_sec, end_sec, text, speaker_id, first_segment, last_segment) FROM STDIN (FORMAT BINARY)", cancellationToken);
        for (var i = 0; i < passages.Count; i++)
        {
            var passage = passages[i];
            await rows.StartRowAsync(cancellationToken);
            await rows.WriteAsync(ids[i], cancellationToken);
            await rows.WriteAsync(source, cancellationToken);
            await rows.WriteAsync(i, cancellationToken);
            await rows.WriteAsync(passage.Start.TotalSeconds, cancellationToken);
            await rows.WriteAsync(passage.End.TotalSeconds, cancellationToken);
            await rows.WriteAsync(passage.Text, cancellationToken);
            await WriteAsync(rows, speakers.Of(passage.Speaker), cancellationToken);
            await rows.WriteAsync(passage.FirstSegment, cancellationToken);
            await rows.WriteAsync(passage.LastSegment, cancellationToken);
        }

        await rows.CompleteAsync(cancellationToken);
        return ids;
    }

    private static async Task CopyVectorsAsync(
        NpgsqlConnection connection, long[] passages, int model, IReadOnlyList<Pgvector.HalfVector> vectors, CancellationToken cancellationToken)
    {
        await using var rows = await connection.BeginBinaryImportAsync("COPY passage_embeddings (passage_id, model_id, embedding) FROM STDIN (FORMAT BINARY)", cancellationToken);
        for (var i = 0; i < vectors.Count; i++)
        {
            await rows.StartRowAsync(cancellationToken);
            await rows.WriteAsync(passages[i], cancellationToken);
            await rows.WriteAsync(model, cancellationToken);
            await rows.WriteAsync(vectors[i], "halfvec", cancellationToken);
        }

        await rows.CompleteAsync(cancellationToken);
    }

    private static async Task<long[]> ReserveIdsAsync(NpgsqlConnection connection, int count, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT array_agg(nextval(pg_get_serial_sequence('passages', 'id'))) FROM generate_series(1, $1)", connection);
        command.Parameters.AddWithValue(count);
        return (long[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task WriteAsync<T>(NpgsqlBinaryImporter rows, T? value, CancellationToken cancellationToken) where T : struct
    {
        if (value is { } number) await rows.WriteAsync(number, cancellationToken);
        else await rows.WriteNullAsync(cancellationToken);
    }

    private static float[] Times(IReadOnlyList<Domain.Transcripts.WordTime> words) =>
        [.. words.SelectMany(word => (float[])[(float)word.Start.TotalSeconds, (float)word.End.TotalSeconds])];

    private static NpgsqlParameter Nullable<T>(T? value, NpgsqlDbType type) => new() { Value = value is null ? DBNull.Value : value, NpgsqlDbType = type };
}

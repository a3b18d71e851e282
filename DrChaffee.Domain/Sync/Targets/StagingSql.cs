using DrChaffee.Domain.Sync.Origins;

namespace DrChaffee.Domain.Sync.Targets;

/// <summary>The tables of the target's session that a batch passes through, and the statements that bring it from there into the library.</summary>
internal static class StagingSql
{
    private const string Plans = "key text, adds bool, deletes bool, fields int, writes bool";
    private const string Parts = "key text, part text, ordinal int";

    public const string CopyPlans = "COPY sync_plan (key, adds, deletes, fields, writes) FROM STDIN (FORMAT BINARY)";
    public const string CopyParts = "COPY sync_parts (key, part, ordinal) FROM STDIN (FORMAT BINARY)";

    /// <summary>They live as long as the session; their rows as long as the transaction.</summary>
    public static string Create =>
        string.Concat(CopyTable.All.Select(table => (table.Name, table.Columns)).Concat([("sync_plan", Plans), ("sync_parts", Parts), ("sync_left", "speaker_id bigint")])
            .Select(table => $"CREATE TEMP TABLE {table.Item1} ({table.Item2}) ON COMMIT DELETE ROWS;\n"))
        + """
        CREATE TEMP VIEW sync_taken_segments AS SELECT s.id AS source, q.* FROM sync_segments q JOIN sync_plan p USING (key) JOIN sources s USING (key)
            WHERE p.adds OR EXISTS (SELECT FROM sync_parts w WHERE w.key = q.key AND w.part = 'segment' AND w.ordinal = q.ordinal);
        CREATE TEMP VIEW sync_taken_passages AS SELECT s.id AS source, q.* FROM sync_passages q JOIN sync_plan p USING (key) JOIN sources s USING (key)
            WHERE p.adds OR EXISTS (SELECT FROM sync_parts w WHERE w.key = q.key AND w.part = 'passage' AND w.ordinal = q.ordinal);
        """;

    /// <summary>In this order; $1 is the model that vectors are stored for.</summary>
    public static readonly string[] Apply =
    [
        "DELETE FROM sources s USING sync_plan p WHERE s.key = p.key AND p.deletes",
        "INSERT INTO engines (name, model, version) SELECT DISTINCT engine, engine_model, engine_version FROM sync_segments ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING",
        """
        INSERT INTO channels (kind, address, title) SELECT DISTINCT ON (1, 2) q.channel_kind, q.channel_address, q.channel_title
        FROM sync_sources q JOIN sync_plan p USING (key) WHERE q.channel_kind IS NOT NULL AND (p.adds OR p.fields & 32 <> 0) ORDER BY 1, 2 ON CONFLICT DO NOTHING
        """,
        """
        UPDATE channels c SET title = q.channel_title, updated_at = now() FROM sync_sources q JOIN sync_plan p USING (key)
        WHERE c.kind = q.channel_kind AND c.address = q.channel_address AND c.title <> q.channel_title AND p.fields & 32 <> 0
        """,
        """
        INSERT INTO sources (source_type, source_id, key, title, url, published_at, duration_sec, description, thumbnail_url, content_hash, channel_id, state, stage, attempts, fencing_token, version)
        SELECT q.source_type, q.source_id, q.key, q.title, q.url, q.published_at, q.duration_sec, q.description, q.thumbnail_url, q.content_hash, c.id, 'done', 'store', 0, 0, 1
        FROM sync_sources q JOIN sync_plan p USING (key) LEFT JOIN channels c ON c.kind = q.channel_kind AND c.address = q.channel_address WHERE p.adds
        ON CONFLICT (key) DO UPDATE SET title = excluded.title, url = excluded.url, published_at = excluded.published_at, duration_sec = excluded.duration_sec, description = excluded.description,
            thumbnail_url = excluded.thumbnail_url, content_hash = excluded.content_hash, channel_id = excluded.channel_id, state = 'done', stage = 'store', state_reason = NULL, failure_class = NULL,
            failure_detail = NULL, attempts = 0, next_try_at = NULL, lease_owner = NULL, lease_until = NULL, fencing_token = sources.fencing_token + 1, version = sources.version + 1, updated_at = now()
        """,
        """
        UPDATE sources s SET title = CASE WHEN p.fields & 1 <> 0 THEN q.title ELSE s.title END, url = CASE WHEN p.fields & 2 <> 0 THEN q.url ELSE s.url END,
            published_at = CASE WHEN p.fields & 4 <> 0 THEN q.published_at ELSE s.published_at END, duration_sec = CASE WHEN p.fields & 8 <> 0 THEN q.duration_sec ELSE s.duration_sec END,
            description = CASE WHEN p.fields & 16 <> 0 THEN q.description ELSE s.description END,
            channel_id = CASE WHEN p.fields & 32 <> 0 THEN (SELECT c.id FROM channels c WHERE c.kind = q.channel_kind AND c.address = q.channel_address) ELSE s.channel_id END,
            thumbnail_url = CASE WHEN p.fields & 64 <> 0 THEN q.thumbnail_url ELSE s.thumbnail_url END, content_hash = CASE WHEN p.fields & 128 <> 0 THEN q.content_hash ELSE s.content_hash END,
            version = s.version + 1, updated_at = now()
        FROM sync_plan p JOIN sync_sources q USING (key) WHERE s.key = p.key AND p.writes AND NOT p.adds AND NOT p.deletes
        """,
        """
        INSERT INTO sync_left SELECT g.speaker_id FROM sync_parts w JOIN sources s USING (key) JOIN segments g ON g.source_id = s.id AND g.ordinal = w.ordinal
            WHERE w.part IN ('segment', '-segment') AND g.speaker_id IS NOT NULL
        UNION SELECT p.speaker_id FROM sync_parts w JOIN sources s USING (key) JOIN passages p ON p.source_id = s.id AND p.ordinal = w.ordinal
            WHERE w.part IN ('passage', '-passage') AND p.speaker_id IS NOT NULL
        """,
        """
        INSERT INTO speakers (name, source_id) SELECT speaker, CASE WHEN speaker_local THEN source END FROM sync_taken_segments WHERE speaker IS NOT NULL
        UNION SELECT speaker, CASE WHEN speaker_local THEN source END FROM sync_taken_passages WHERE speaker IS NOT NULL ORDER BY 1, 2 ON CONFLICT DO NOTHING
        """,
        "DELETE FROM segments g USING sync_parts w JOIN sources s USING (key) WHERE w.part = '-segment' AND g.source_id = s.id AND g.ordinal = w.ordinal",
        """
        INSERT INTO segments (source_id, ordinal, start_sec, end_sec, text, speaker_id, times_estimated, word_times, avg_logprob, compression_ratio, no_speech_prob, suspect_reason, engine_id)
        SELECT q.source, q.ordinal, q.start_sec, q.end_sec, q.text, k.id, q.times_estimated, q.word_times, q.avg_logprob, q.compression_ratio, q.no_speech_prob, q.suspect_reason, e.id
        FROM sync_taken_segments q JOIN engines e ON e.name = q.engine AND e.model = q.engine_model AND e.version = q.engine_version
        LEFT JOIN speakers k ON k.name = q.speaker AND coalesce(k.source_id, 0) = CASE WHEN q.speaker_local THEN q.source ELSE 0 END
        ON CONFLICT (source_id, ordinal) DO UPDATE SET start_sec = excluded.start_sec, end_sec = excluded.end_sec, text = excluded.text, speaker_id = excluded.speaker_id,
            times_estimated = excluded.times_estimated, word_times = excluded.word_times, avg_logprob = excluded.avg_logprob, compression_ratio = excluded.compression_ratio,
            no_speech_prob = excluded.no_speech_prob, suspect_reason = excluded.suspect_reason, engine_id = excluded.engine_id, updated_at = now()
        """,
        "DELETE FROM passages p USING sync_parts w JOIN sources s USING (key) WHERE w.part IN ('passage', '-passage') AND p.source_id = s.id AND p.ordinal = w.ordinal",
        """
        INSERT INTO passages (source_id, ordinal, start_sec, end_sec, text, speaker_id, first_segment, last_segment)
        SELECT q.source, q.ordinal, q.start_sec, q.end_sec, q.text, k.id, q.first_segment, q.last_segment FROM sync_taken_passages q
        LEFT JOIN speakers k ON k.name = q.speaker AND coalesce(k.source_id, 0) = CASE WHEN q.speaker_local THEN q.source ELSE 0 END
        """,
        """
        UPDATE segment_reviews r SET decision = q.decision, decided_by = q.decided_by, decided_at = q.decided_at FROM sync_reviews q JOIN sources s USING (key)
        WHERE r.source_id = s.id AND (r.start_sec, r.end_sec, r.text) = (q.start_sec, q.end_sec, q.text) AND q.decided_at > r.decided_at
        """,
        """
        INSERT INTO segment_reviews (source_id, start_sec, end_sec, text, decision, decided_by, decided_at) SELECT s.id, q.start_sec, q.end_sec, q.text, q.decision, q.decided_by, q.decided_at
        FROM sync_reviews q JOIN sources s USING (key) JOIN sync_plan p USING (key) WHERE p.writes
            AND NOT EXISTS (SELECT FROM segment_reviews r WHERE r.source_id = s.id AND (r.start_sec, r.end_sec, r.text) = (q.start_sec, q.end_sec, q.text))
        """,
    ];

    public const string Vectors = """
        INSERT INTO passage_embeddings (passage_id, model_id, embedding) SELECT p.id, $1, q.embedding
        FROM sync_taken_passages q JOIN passages p ON p.source_id = q.source AND p.ordinal = q.ordinal WHERE q.embedding IS NOT NULL ON CONFLICT DO NOTHING
        """;

    /// <summary>Whoever lost the last mention through this batch was renamed, or is not heard any more.</summary>
    public const string ForgetSpeakers = """
        DELETE FROM speakers k USING sync_left l WHERE k.id = l.speaker_id AND NOT EXISTS (SELECT FROM segments g WHERE g.speaker_id = k.id)
            AND NOT EXISTS (SELECT FROM passages p WHERE p.speaker_id = k.id) AND NOT EXISTS (SELECT FROM voice_profiles v WHERE v.speaker_id = k.id)
        """;
}

namespace DrChaffee.Domain.Sync.Targets;

/// <summary>Writes conflicts down with what each side says; $1 is the other library.</summary>
internal static class ConflictSql
{
    public const string Forget = "DELETE FROM sync_conflicts WHERE library = $1 AND source_key = ANY($2)";

    /// <summary>As much of a whole recording as a person will look at.</summary>
    private const int LongestText = 4_000;

    private const string Into = "INSERT INTO sync_conflicts (library, source_key, title, part, ordinal, theirs, ours)";

    public static readonly string[] Write =
    [
        $"""
        {Into} SELECT $1, w.key, s.title, 'field', w.ordinal,
            (ARRAY[q.title, q.url, q.published_at::text, q.duration_sec::text, q.description, q.channel_title])[w.ordinal + 1],
            (ARRAY[s.title, s.url, s.published_at::text, s.duration_sec::text, s.description, c.title])[w.ordinal + 1]
        FROM sync_parts w JOIN sources s USING (key) JOIN sync_sources q USING (key) LEFT JOIN channels c ON c.id = s.channel_id WHERE w.part = '?field'
        """,
        $"""
        {Into} SELECT $1, w.key, s.title, 'segment', w.ordinal, nullif(concat_ws(': ', q.speaker, q.text), ''), nullif(concat_ws(': ', k.name, g.text), '')
        FROM sync_parts w JOIN sources s USING (key) LEFT JOIN sync_segments q ON q.key = w.key AND q.ordinal = w.ordinal
        LEFT JOIN segments g ON g.source_id = s.id AND g.ordinal = w.ordinal LEFT JOIN speakers k ON k.id = g.speaker_id WHERE w.part = '?segment' AND w.ordinal >= 0
        """,
        $"""
        {Into} SELECT $1, w.key, s.title, 'passage', w.ordinal, q.text, p.text
        FROM sync_parts w JOIN sources s USING (key) LEFT JOIN sync_passages q ON q.key = w.key AND q.ordinal = w.ordinal
        LEFT JOIN passages p ON p.source_id = s.id AND p.ordinal = w.ordinal WHERE w.part = '?passage' AND w.ordinal >= 0
        """,
        $"""
        {Into} SELECT $1, w.key, coalesce(s.title, q.title, w.key), substr(w.part, 2), -1,
            left((SELECT string_agg(x.text, ' ' ORDER BY x.ordinal) FROM sync_segments x WHERE x.key = w.key), {LongestText}),
            left((SELECT string_agg(g.text, ' ' ORDER BY g.ordinal) FROM segments g WHERE g.source_id = s.id), {LongestText})
        FROM sync_parts w LEFT JOIN sources s USING (key) LEFT JOIN sync_sources q USING (key) WHERE w.part LIKE '?%' AND w.ordinal = -1
        """,
    ];
}

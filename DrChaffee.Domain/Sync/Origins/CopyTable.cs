using System.Globalization;
using DrChaffee.Domain.Sync.Merging;

namespace DrChaffee.Domain.Sync.Origins;

/// <summary>
/// One kind of rows as it travels: the origin's statement gives it in PostgreSQL's binary form, and the target takes it as it comes into a table of its session.
/// Speakers, engines and channels stand in the rows by name: numbers differ between machines.
/// </summary>
/// <param name="Name">Of the staging table.</param>
/// <param name="Columns">With their types.</param>
internal sealed record CopyTable(string Name, string Columns)
{
    public static readonly CopyTable Sources = new("sync_sources", """
        key text, source_type text, source_id text, title text, url text, published_at timestamptz, duration_sec float8, description text,
        thumbnail_url text, content_hash text, channel_kind text, channel_address text, channel_title text
        """);

    public static readonly CopyTable Segments = new("sync_segments", """
        key text, ordinal int, start_sec float8, end_sec float8, text text, speaker text, speaker_local bool, times_estimated bool, word_times real[],
        avg_logprob real, compression_ratio real, no_speech_prob real, suspect_reason text, engine text, engine_model text, engine_version text
        """);

    public static readonly CopyTable Passages = new("sync_passages", """
        key text, ordinal int, start_sec float8, end_sec float8, text text, speaker text, speaker_local bool, first_segment int, last_segment int, embedding halfvec
        """);

    public static readonly CopyTable Reviews = new("sync_reviews", "key text, start_sec float8, end_sec float8, text text, decision text, decided_by text, decided_at timestamptz");

    public static readonly CopyTable[] All = [Sources, Segments, Passages, Reviews];

    public string In => $"COPY {Name} FROM STDIN (FORMAT BINARY)";

    /// <summary>The origin's statement. A COPY takes no parameters, so numbers stand in it.</summary>
    /// <param name="whole">Row numbers of recordings of which all is wanted.</param>
    /// <param name="parts">Row numbers and places of single parts.</param>
    public string Out(IReadOnlyCollection<long> whole, IReadOnlyCollection<(long Source, int Ordinal)> parts, int? model) => $"COPY ({Select(whole, parts, model)}) TO STDOUT (FORMAT BINARY)";

    private string Select(IReadOnlyCollection<long> whole, IReadOnlyCollection<(long Source, int Ordinal)> parts, int? model)
    {
        var ids = $"'{{{Join(whole)}}}'::bigint[]";
        var pairs = $"unnest('{{{Join(parts.Select(part => part.Source))}}}'::bigint[], '{{{Join(parts.Select(part => (long)part.Ordinal))}}}'::int[]) AS w(source_id, ordinal)";
        return Name switch
        {
            "sync_sources" => $"""
                SELECT s.key, s.source_type, s.source_id, s.title, s.url, s.published_at, s.duration_sec, s.description, s.thumbnail_url, s.content_hash, c.kind, c.address, c.title
                FROM sources s LEFT JOIN channels c ON c.id = s.channel_id WHERE s.id = ANY({ids})
                """,
            "sync_segments" => $"{SegmentsOf("segments g", $"g.source_id = ANY({ids})")} UNION ALL {SegmentsOf($"{pairs} JOIN segments g USING (source_id, ordinal)", "true")}",
            "sync_passages" => $"{PassagesOf("passages p", $"p.source_id = ANY({ids})", model)} UNION ALL {PassagesOf($"{pairs} JOIN passages p USING (source_id, ordinal)", "true", model)}",
            _ => $"SELECT s.key, r.start_sec, r.end_sec, r.text, r.decision, r.decided_by, r.decided_at FROM segment_reviews r JOIN sources s ON s.id = r.source_id WHERE s.id = ANY({ids})",
        };
    }

    private static string SegmentsOf(string from, string where) => $"""
        SELECT s.key, g.ordinal, g.start_sec, g.end_sec, g.text, k.name, k.source_id IS NOT NULL, g.times_estimated, g.word_times, g.avg_logprob, g.compression_ratio, g.no_speech_prob,
            g.suspect_reason, e.name, e.model, e.version
        FROM {from} JOIN sources s ON s.id = g.source_id JOIN engines e ON e.id = g.engine_id LEFT JOIN speakers k ON k.id = g.speaker_id WHERE {where}
        """;

    private static string PassagesOf(string from, string where, int? model) => $"""
        SELECT s.key, p.ordinal, p.start_sec, p.end_sec, p.text, k.name, k.source_id IS NOT NULL, p.first_segment, p.last_segment, v.embedding
        FROM {from} JOIN sources s ON s.id = p.source_id LEFT JOIN speakers k ON k.id = p.speaker_id
        LEFT JOIN passage_embeddings v ON v.passage_id = p.id AND v.model_id = {model ?? 0} WHERE {where}
        """;

    private static string Join(IEnumerable<long> numbers) => string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
}

/// <summary>What of a batch has to travel.</summary>
internal sealed class Wanted
{
    public List<long> Sources { get; } = [];
    public List<long> Whole { get; } = [];
    public List<(long Source, int Ordinal)> Segments { get; } = [];
    public List<(long Source, int Ordinal)> Passages { get; } = [];

    public static Wanted Of(IEnumerable<SourcePlan> plans)
    {
        var wanted = new Wanted();
        foreach (var plan in plans.Where(plan => plan.From is not null && (plan.Writes || plan.Conflicts > 0))) wanted.Add(plan, plan.From!.Id);
        return wanted;
    }

    /// <summary>All of these recordings.</summary>
    public static Wanted All(IEnumerable<SourceHashes> sources)
    {
        var wanted = new Wanted();
        wanted.Sources.AddRange(sources.Select(source => source.Id));
        wanted.Whole.AddRange(wanted.Sources);
        return wanted;
    }

    private void Add(SourcePlan plan, long id)
    {
        Sources.Add(id);
        if (plan.Adds || plan.DeletionConflict || plan.Segments is { Whole: true } || plan.Passages is { Whole: true })
        {
            Whole.Add(id);
            return;
        }

        Segments.AddRange((plan.Segments?.Take ?? []).Concat(plan.Segments?.Conflicts ?? []).Select(ordinal => (id, ordinal)));
        Passages.AddRange((plan.Passages?.Take ?? []).Concat(plan.Passages?.Conflicts ?? []).Concat(plan.Vectors).Select(ordinal => (id, ordinal)));
    }
}

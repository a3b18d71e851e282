using DrChaffee.Domain.Data;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Pipeline;
using Npgsql;

namespace DrChaffee.Ingestion.Transcription.Review;

/// <summary>
/// Remembers what a person decided about a suspect segment, and finds it again in a transcript that was made anew: the same letters and digits, and times that
/// overlap by more than half of the shorter.
/// </summary>
internal sealed class ReviewMemory(NpgsqlDataSource dataSource, TimeProvider time)
{
    /// <summary>Takes the doubt off the lines that a person kept.</summary>
    public async Task<Transcript> ApplyAsync(Transcript heard, CancellationToken cancellationToken)
    {
        if (heard.Said.Lines.All(line => line.SuspectReason is null)) return heard;
        var decided = await DatabasePatience.AskAsync(async () =>
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            return await ReadAsync(connection, heard.Source.Id, cancellationToken);
        }, time, cancellationToken);
        return heard with { Said = heard.Said with { Lines = [.. heard.Said.Lines.Select(line => Find(decided, line)?.Decision == ReviewDecision.Kept ? line with { SuspectReason = null } : line)] } };
    }

    /// <summary>Moves what is hidden to where its segment is now, for the list of open ones to leave it out.</summary>
    public static async Task FollowAsync(NpgsqlConnection connection, long source, IReadOnlyList<SpokenSegment> segments, CancellationToken cancellationToken)
    {
        if (segments.All(segment => segment.SuspectReason is null)) return;
        var decided = await ReadAsync(connection, source, cancellationToken);
        foreach (var line in segments.Where(segment => segment.SuspectReason is not null).Select(segment => segment.Line))
        {
            if (Find(decided, line) is not { Decision: ReviewDecision.Hidden } hidden || (hidden.Start, hidden.End, hidden.Text) == (line.Start, line.End, line.Text)) continue;
            await using var command = new NpgsqlCommand("UPDATE segment_reviews SET start_sec = $2, end_sec = $3, text = $4 WHERE id = $1", connection);
            command.Parameters.AddWithValue(hidden.Id);
            command.Parameters.AddWithValue(line.Start.TotalSeconds);
            command.Parameters.AddWithValue(line.End.TotalSeconds);
            command.Parameters.AddWithValue(line.Text);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Puts a decision in place of the one before. False where there is no such suspect segment.</summary>
    public static async Task<bool> DecideAsync(NpgsqlConnection connection, string sourceKey, int ordinal, ReviewDecision decision, string? decidedBy, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            WITH segment AS (SELECT g.source_id, g.start_sec, g.end_sec, g.text FROM segments g JOIN sources s ON s.id = g.source_id
                    WHERE s.key = $1 AND g.ordinal = $2 AND g.suspect_reason IS NOT NULL),
                before AS (DELETE FROM segment_reviews r USING segment g WHERE (r.source_id, r.start_sec, r.text) = (g.source_id, g.start_sec, g.text))
            INSERT INTO segment_reviews (source_id, start_sec, end_sec, text, decision, decided_by) SELECT source_id, start_sec, end_sec, text, $3, $4 FROM segment
            """, connection);
        command.Parameters.AddWithValue(sourceKey);
        command.Parameters.AddWithValue(ordinal);
        command.Parameters.AddWithValue(SnakeCase.Name(decision));
        command.Parameters.AddWithValue(decidedBy is null ? DBNull.Value : decidedBy);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>The decision about a line, the newest if there are several; null where nobody decided.</summary>
    /// <param name="decided">The newest first.</param>
    internal static SegmentReview? Find(IReadOnlyList<SegmentReview> decided, TranscriptLine line) =>
        line.SuspectReason is null ? null : decided.FirstOrDefault(review => Overlap(review, line) && Plain(review.Text) == Plain(line.Text));

    private static bool Overlap(SegmentReview review, TranscriptLine line)
    {
        var shared = Min(review.End, line.End) - Max(review.Start, line.Start);
        return shared > Min(review.End - review.Start, line.End - line.Start) / 2;
    }

    private static string Plain(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static async Task<IReadOnlyList<SegmentReview>> ReadAsync(NpgsqlConnection connection, long source, CancellationToken cancellationToken)
    {
        List<SegmentReview> decided = [];
        await using var command = new NpgsqlCommand("SELECT id, start_sec, end_sec, text, decision FROM segment_reviews WHERE source_id = $1 ORDER BY decided_at DESC, id DESC", connection);
        command.Parameters.AddWithValue(source);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            decided.Add(new SegmentReview
            {
                Id = reader.GetInt64(0),
                SourceId = source,
                Start = TimeSpan.FromSeconds(reader.GetDouble(1)),
                End = TimeSpan.FromSeconds(reader.GetDouble(2)),
                Text = reader.GetString(3),
                Decision = SnakeCase.Parse<ReviewDecision>(reader.GetString(4)),
            });
        }

        return decided;
    }
}

using DrChaffee.Domain.Data;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DrChaffee.Ingestion.Transcription.Review;

/// <summary>
/// The segments that a transcriber may have invented, and what a person decides about them: kept, they are found from now on; hidden, they stay in the transcript
/// with their reason, out of search and out of the list. A decision outlives the transcript: it is found again in one that is made anew.
/// </summary>
public sealed class ReviewBook
{
    private readonly IDbContextFactory<ChaffeeDbContext> _contexts;
    private readonly NpgsqlDataSource _dataSource;
    private readonly PassageRebuild _rebuild;
    private readonly VectorUpkeep _vectors;
    private readonly DatabaseState _database;
    private readonly ChaffeeSettings _settings;

    internal ReviewBook(IDbContextFactory<ChaffeeDbContext> contexts, NpgsqlDataSource dataSource, PassageRebuild rebuild, VectorUpkeep vectors, DatabaseState database, ChaffeeSettings settings) =>
        (_contexts, _dataSource, _rebuild, _vectors, _database, _settings) = (contexts, dataSource, rebuild, vectors, database, settings);

    /// <summary>Why nothing can be decided here, in a sentence; null where it can.</summary>
    public async Task<string?> RefusalAsync(CancellationToken cancellationToken)
    {
        if (_settings.Mode == RunMode.ApiOnly) return $"This machine only serves ({_settings.ModeReason}); review on one that ingests.";
        return await _database.ModeAsync(cancellationToken) == DatabaseMode.ReadOnly ? "The database of this machine can only be read; review on the machine that ingests." : null;
    }

    /// <summary>Suspect segments, those of the recording that came last first, then as they are spoken.</summary>
    public async Task<Page<SuspectSegment>> ListAsync(ReviewState state, int take, int skip, CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var hidden = db.SegmentReviews.Where(r => r.Decision == ReviewDecision.Hidden);
        var suspects = db.Segments.Where(s => s.SuspectReason != null && hidden.Any(r => r.SourceId == s.SourceId && r.Start == s.Start && r.Text == s.Text) == (state == ReviewState.Hidden));
        var total = await suspects.CountAsync(cancellationToken);
        var rows = await suspects.Join(db.Sources, segment => segment.SourceId, source => source.Id, (segment, source) => new { segment, source })
            .OrderByDescending(row => row.source.UpdatedAt).ThenBy(row => row.source.Id).ThenBy(row => row.segment.Ordinal).Skip(skip).Take(take)
            .Select(row => new
            {
                row.source.Key,
                row.source.Title,
                row.source.Url,
                row.source.MediaPath,
                row.segment.Ordinal,
                row.segment.Start,
                row.segment.End,
                row.segment.Text,
                row.segment.SuspectReason,
                row.segment.AvgLogprob,
                row.segment.CompressionRatio,
                row.segment.NoSpeechProb,
                Engine = row.segment.Engine!.Name,
                row.segment.Engine.Model,
                Decided = hidden.Where(r => r.SourceId == row.segment.SourceId && r.Start == row.segment.Start && r.Text == row.segment.Text).OrderByDescending(r => r.DecidedAt)
                    .Select(r => new HiddenBy(r.DecidedBy, r.DecidedAt)).FirstOrDefault(),
            }).ToListAsync(cancellationToken);
        return new Page<SuspectSegment>(total, [.. rows.Select(row => new SuspectSegment(
            row.Key, row.Title, row.Ordinal, Math.Round(row.Start.TotalSeconds, 3), Math.Round(row.End.TotalSeconds, 3), row.Text,
            row.SuspectReason!, row.Decided,
            row.AvgLogprob, row.CompressionRatio, row.NoSpeechProb, $"{row.Engine} {row.Model}", row.Url, row.MediaPath is not null))]);
    }

    /// <summary>The segment is right: it loses its reason, and its recording's passages are cut anew with it. False where there is no such suspect segment.</summary>
    /// <param name="decidedBy">The account's name.</param>
    /// <exception cref="IngestionRefusedException">Nothing can be decided here.</exception>
    public async Task<bool> KeepAsync(string sourceKey, int ordinal, string? decidedBy, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        if (!await _rebuild.WithoutReasonAsync(sourceKey, ordinal, decidedBy, cancellationToken)) return false;
        await _vectors.FillAsync(cancellationToken);
        return true;
    }

    /// <summary>The segment stays out of search, and leaves the list. False where there is no such suspect segment.</summary>
    /// <param name="decidedBy">The account's name.</param>
    /// <exception cref="IngestionRefusedException">Nothing can be decided here.</exception>
    public async Task<bool> HideAsync(string sourceKey, int ordinal, string? decidedBy, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken);
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await ReviewMemory.DecideAsync(connection, sourceKey, ordinal, ReviewDecision.Hidden, decidedBy, cancellationToken);
    }

    private async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (await RefusalAsync(cancellationToken) is { } refusal) throw new IngestionRefusedException(refusal);
    }
}

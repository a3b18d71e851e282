using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Sources;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Domain.Library;

/// <summary>Reads what the library holds, for pages and the HTTP interface alike.</summary>
public sealed class LibraryQueries
{
    private readonly LibraryReader _library;
    private readonly CachedValue<LibraryCounts> _counts;

    public LibraryQueries(LibraryReader library, TimeProvider time)
    {
        _library = library;
        _counts = new CachedValue<LibraryCounts>(TimeSpan.FromSeconds(15), time, cancellationToken => _library.AskAsync(() => CountAsync(cancellationToken)));
    }

    public Task<Page<SourceSummary>> ListAsync(LibraryFilter filter, CancellationToken cancellationToken) => _library.AskAsync<Page<SourceSummary>>(async () =>
    {
        await using var db = await _library.CreateDbContextAsync(cancellationToken);
        var sources = Narrow(db, filter);
        var total = await sources.CountAsync(cancellationToken);
        var page = Order(sources, filter.Order).Skip(filter.Skip).Take(filter.Take);
        return new Page<SourceSummary>(total, await Summaries(db, page).ToListAsync(cancellationToken));
    });

    /// <summary>One recording, or null where no source has that key.</summary>
    public Task<SourceSummary?> FindAsync(string key, CancellationToken cancellationToken) => _library.AskAsync<SourceSummary?>(async () =>
    {
        await using var db = await _library.CreateDbContextAsync(cancellationToken);
        return await Summaries(db, db.Sources.Where(s => s.Key == key)).FirstOrDefaultAsync(cancellationToken);
    });

    /// <summary>Its transcript in order; empty while there is none, null where no source has that key.</summary>
    public Task<IReadOnlyList<TranscriptSegment>?> TranscriptAsync(string key, CancellationToken cancellationToken) => _library.AskAsync<IReadOnlyList<TranscriptSegment>?>(async () =>
    {
        await using var db = await _library.CreateDbContextAsync(cancellationToken);
        if (await db.Sources.Where(s => s.Key == key).Select(s => (long?)s.Id).FirstOrDefaultAsync(cancellationToken) is not { } id) return null;
        var segments = await db.Segments.Where(s => s.SourceId == id).OrderBy(s => s.Ordinal)
            .Select(s => new { s.Ordinal, s.Start, s.End, Speaker = s.Speaker!.Name, s.Text, s.TimesEstimated, s.WordTimes, s.SuspectReason })
            .ToListAsync(cancellationToken);
        return [.. segments.Select(s => new TranscriptSegment(
            s.Ordinal, Math.Round(s.Start.TotalSeconds, 3), Math.Round(s.End.TotalSeconds, 3), s.Speaker, s.Text, s.TimesEstimated, s.WordTimes, s.SuspectReason))];
    });

    /// <summary>The audio or video file on this machine's disk, or null.</summary>
    public Task<string?> MediaPathAsync(string key, CancellationToken cancellationToken) => _library.AskAsync<string?>(async () =>
    {
        await using var db = await _library.CreateDbContextAsync(cancellationToken);
        var path = await db.Sources.Where(s => s.Key == key).Select(s => s.MediaPath).FirstOrDefaultAsync(cancellationToken);
        return File.Exists(path) ? path : null;
    });

    /// <summary>Channels with the most recordings first.</summary>
    public Task<IReadOnlyList<ChannelSummary>> ChannelsAsync(CancellationToken cancellationToken) => _library.AskAsync<IReadOnlyList<ChannelSummary>>(async () =>
    {
        await using var db = await _library.CreateDbContextAsync(cancellationToken);
        return await db.Channels
            .Select(c => new { c.Title, c.Kind, c.Address, Sources = db.Sources.Count(s => s.ChannelId == c.Id) })
            .Where(c => c.Sources > 0).OrderByDescending(c => c.Sources).ThenBy(c => c.Title)
            .Select(c => new ChannelSummary(c.Title, c.Kind, c.Address, c.Sources)).ToListAsync(cancellationToken);
    });

    /// <summary>Names of speakers known across recordings, those who say most first; at most 200.</summary>
    public Task<IReadOnlyList<string>> SpeakersAsync(CancellationToken cancellationToken) => _library.AskAsync<IReadOnlyList<string>>(async () =>
    {
        await using var db = await _library.CreateDbContextAsync(cancellationToken);
        return await db.Speakers.Where(s => s.SourceId == null)
            .Select(s => new { s.Name, Passages = db.Passages.Count(p => p.SpeakerId == s.Id) })
            .Where(s => s.Passages > 0).OrderByDescending(s => s.Passages).ThenBy(s => s.Name)
            .Select(s => s.Name).Take(200).ToListAsync(cancellationToken);
    });

    /// <summary>What the library holds, at most 15 seconds old.</summary>
    public Task<LibraryCounts> CountsAsync(CancellationToken cancellationToken) => _counts.GetAsync(cancellationToken);

    /// <summary>The same for those who cannot wait for it: minutes old, if nobody asked for so long.</summary>
    public Task<LibraryCounts> LatestCountsAsync(CancellationToken cancellationToken) => _counts.GetAsync(TimeSpan.FromMilliseconds(15), TimeSpan.FromMinutes(10), cancellationToken);

    private async Task<LibraryCounts> CountAsync(CancellationToken cancellationToken)
    {
        await using var db = await _library.CreateDbContextAsync(cancellationToken);
        var groups = await db.Sources.GroupBy(s => new { s.State, Written = s.Version > 0 }).Select(g => new { g.Key.State, g.Key.Written, Count = g.Count() }).ToListAsync(cancellationToken);
        var seconds = await db.Database.SqlQuery<double>($"""SELECT coalesce(sum(duration_sec), 0) AS "Value" FROM sources WHERE version > 0""").SingleAsync(cancellationToken);
        var last = await db.Sources.MaxAsync(s => (DateTimeOffset?)s.UpdatedAt, cancellationToken);
        return new LibraryCounts(
            groups.Where(g => g.State != SourceState.Failed || g.Written).Sum(g => g.Count), groups.Where(g => g.Written).Sum(g => g.Count),
            groups.Where(g => g.State == SourceState.Waiting).Sum(g => g.Count), groups.Where(g => g.State == SourceState.Failed).Sum(g => g.Count),
            await db.Segments.LongCountAsync(cancellationToken), await db.Passages.LongCountAsync(cancellationToken), seconds / 3600, last)
        {
            ByState = Enum.GetValues<SourceState>().ToDictionary(state => state, state => groups.Where(g => g.State == state).Sum(g => g.Count)),
        };
    }

    private static IQueryable<Source> Narrow(ChaffeeDbContext db, LibraryFilter filter)
    {
        var sources = db.Sources.AsQueryable();
        foreach (var word in filter.Query?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var pattern = LikeText.Anywhere(word);
            sources = sources.Where(s => EF.Functions.ILike(s.Title, pattern) || EF.Functions.ILike(s.Channel!.Title, pattern)
                || db.Passages.Any(p => p.SourceId == s.Id && EF.Functions.ILike(p.Speaker!.Name, pattern)));
        }

        if (filter.Channel is { Length: > 0 } channel) sources = sources.Where(s => s.Channel!.Title == channel || s.Channel.Address == channel);
        if (filter.Speaker is { Length: > 0 } speaker) sources = sources.Where(s => db.Passages.Any(p => p.SourceId == s.Id && p.Speaker!.Name == speaker));
        if (filter.WithoutFailed) sources = sources.Where(s => s.State != SourceState.Failed || s.Version > 0);
        if (filter.State is { } state) sources = sources.Where(s => s.State == state);
        return sources;
    }

    private static IOrderedQueryable<Source> Order(IQueryable<Source> sources, LibraryOrder order) => (order switch
    {
        LibraryOrder.Oldest => sources.OrderBy(s => s.PublishedAt ?? DateTimeOffset.MaxValue),
        LibraryOrder.Title => sources.OrderBy(s => s.Title),
        LibraryOrder.Longest => sources.OrderByDescending(s => s.Duration ?? TimeSpan.Zero),
        _ => sources.OrderByDescending(s => s.PublishedAt ?? DateTimeOffset.MinValue),
    }).ThenBy(s => s.Key);

    private static IQueryable<SourceSummary> Summaries(ChaffeeDbContext db, IQueryable<Source> sources) => sources.Select(s => new SourceSummary(
        s.Key, s.Title, s.SourceType, s.Channel!.Title, s.PublishedAt, Seconds(s.Duration), s.State, s.Stage, s.StateReason, s.FailureClass,
        db.Passages.Where(p => p.SourceId == s.Id && p.SpeakerId != null).Select(p => p.Speaker!.Name).Distinct().OrderBy(n => n).ToList(),
        s.Segments.Count, s.Url, s.MediaPath != null, s.UpdatedAt));

    private static double? Seconds(TimeSpan? duration) => duration?.TotalSeconds; // evaluated here, not in SQL, where it is a number already
}

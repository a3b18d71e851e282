using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Domain.Search;

/// <summary>Turns the names and days of a filter into row numbers, once for both legs.</summary>
internal sealed class FilterResolver(LibraryReader library)
{
    /// <summary>Where nobody bears a name as it is written, one of so many letters may be a part of it: a first name, a surname.</summary>
    private const int ShortestPart = 3;

    /// <summary>What passes both filters: that of the request and that of the operators in its query.</summary>
    public async Task<PassageFilter> ResolveAsync(SourceFilter filter, SourceFilter other, CancellationToken cancellationToken) =>
        (await ResolveAsync(filter, cancellationToken)).And(await ResolveAsync(other, cancellationToken));

    public async Task<PassageFilter> ResolveAsync(SourceFilter filter, CancellationToken cancellationToken)
    {
        if (filter.IsEmpty) return PassageFilter.None;
        await using var db = await library.CreateDbContextAsync(cancellationToken);
        return new PassageFilter(await SourcesAsync(db, filter, cancellationToken), await SpeakersAsync(db, filter.Speaker, cancellationToken));
    }

    private static async Task<IReadOnlySet<long>?> SourcesAsync(ChaffeeDbContext db, SourceFilter filter, CancellationToken cancellationToken)
    {
        if (filter with { Speaker = null } == SourceFilter.None) return null;
        var sources = db.Sources.AsQueryable();
        if (filter.SourceKey is { } key) sources = sources.Where(s => s.Key == key);
        if (filter.Channel is { } channel)
            sources = sources.Where(s => EF.Functions.ILike(s.Channel!.Title, LikeText.Exactly(channel)) || EF.Functions.ILike(s.Channel!.Address, LikeText.Exactly(channel)));
        if (filter.From is { } from) sources = sources.Where(s => s.PublishedAt >= StartOf(from));
        if (filter.Title is { } title) sources = sources.Where(s => EF.Functions.ILike(s.Title, LikeText.Anywhere(title)));
        if (filter.To is { } to && to < DateOnly.MaxValue) sources = sources.Where(s => s.PublishedAt < StartOf(to.AddDays(1)));
        return (await sources.Select(s => s.Id).ToListAsync(cancellationToken)).ToHashSet();
    }

    private static async Task<IReadOnlySet<long>?> SpeakersAsync(ChaffeeDbContext db, string? speaker, CancellationToken cancellationToken)
    {
        if (speaker is null) return null;
        var exactly = await NamedAsync(db, LikeText.Exactly(speaker), cancellationToken);
        return exactly.Count > 0 || speaker.Length < ShortestPart ? exactly : await NamedAsync(db, LikeText.Anywhere(speaker), cancellationToken);
    }

    private static async Task<HashSet<long>> NamedAsync(ChaffeeDbContext db, string pattern, CancellationToken cancellationToken) =>
        (await db.Speakers.Where(s => EF.Functions.ILike(s.Name, pattern)).Select(s => s.Id).ToListAsync(cancellationToken)).ToHashSet();

    private static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}

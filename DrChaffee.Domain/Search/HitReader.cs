using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search.Words;
using DrChaffee.Domain.Sources;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Domain.Search;

/// <summary>Reads what a page of results shows.</summary>
internal sealed class HitReader(IDbContextFactory<ChaffeeDbContext> contexts, Highlighter highlighter)
{
    /// <summary>The passages in the order given; one deleted meanwhile is left out.</summary>
    public async Task<IReadOnlyList<SearchHit>> ReadAsync(IReadOnlyList<ScoredPassage> ranked, IReadOnlyList<string> lexemes, CancellationToken cancellationToken)
    {
        if (ranked.Count == 0) return [];
        var ids = ranked.Select(r => r.PassageId).ToArray();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Passages.Where(p => ids.Contains(p.Id)).Select(p => new
        {
            p.Id,
            p.Source!.Key,
            p.Source.Title,
            p.Source.PublishedAt,
            Speaker = p.Speaker!.Name,
            p.Start,
            p.End,
            p.Text,
            p.Source.Url,
        }).ToDictionaryAsync(p => p.Id, cancellationToken);
        var marks = await highlighter.FindAsync([.. rows.Values.Select(r => r.Text)], lexemes, cancellationToken);

        return [.. ranked.Where(r => rows.ContainsKey(r.PassageId)).Select(r =>
        {
            var row = rows[r.PassageId];
            return new SearchHit(
                row.Key, row.Title, row.PublishedAt, row.Speaker, Round(row.Start), Round(row.End), row.Text, marks[row.Text], Math.Round(r.Score, 4),
                SourceLinks.Published(row.Url, row.Start), SourceLinks.Watch(row.Key, row.Start));
        })];
    }

    private static double Round(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}

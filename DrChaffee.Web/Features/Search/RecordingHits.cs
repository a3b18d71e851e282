using DrChaffee.Domain.Search;

namespace DrChaffee.Web.Features.Search;

/// <summary>The passages of one recording among the results.</summary>
public sealed record RecordingHits(string SourceKey, string Title, DateTimeOffset? PublishedAt, IReadOnlyList<SearchHit> Hits)
{
    /// <summary>Recordings in the order of their best passage, passages of each in the order of their score.</summary>
    public static IReadOnlyList<RecordingHits> Group(IEnumerable<SearchHit> hits) =>
        [.. hits.GroupBy(h => h.SourceKey).Select(g => new RecordingHits(g.Key, g.First().Title, g.First().PublishedAt, [.. g]))];

    /// <summary>The speaker of all of them, or null where several speak.</summary>
    public string? OnlySpeaker => Hits.Select(h => h.Speaker).Distinct().ToList() is [var only] ? only : null;
}

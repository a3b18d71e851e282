using DrChaffee.Domain.Data;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Ingestion.Storing;

/// <summary>What the library knew when a run began, read in one query: thousands of files are compared with it without asking again.</summary>
internal sealed class KnownSources
{
    private readonly Dictionary<string, KnownSource> _byOrigin = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, string Id), KnownSource> _byIdentity = [];
    private readonly ILookup<string, KnownSource> _byHash;

    private KnownSources(IReadOnlyCollection<KnownSource> sources)
    {
        foreach (var source in sources)
        {
            _byIdentity[(source.SourceType, source.SourceId)] = source;
            if (source.Origin is { } origin) _byOrigin[origin] = source;
        }

        _byHash = sources.Where(s => s.ContentHash is not null).ToLookup(s => s.ContentHash!, StringComparer.Ordinal);
    }

    public static async Task<KnownSources> LoadAsync(IDbContextFactory<ChaffeeDbContext> contexts, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return new KnownSources(await db.Sources.Select(KnownSource.FromSource).ToListAsync(cancellationToken));
    }

    public KnownSource? ByOrigin(string path) => _byOrigin.GetValueOrDefault(path);

    public KnownSource? ByIdentity(string sourceType, string sourceId) => _byIdentity.GetValueOrDefault((sourceType, sourceId));

    public IEnumerable<KnownSource> ByHash(string contentHash) => _byHash[contentHash];

    /// <summary>The source of a media file that was moved or renamed: its identity ends with its content.</summary>
    public KnownSource? ByIdentityEnd(string sourceType, string end) =>
        _byIdentity.Values.FirstOrDefault(s => s.SourceType == sourceType && s.SourceId.EndsWith(end, StringComparison.Ordinal));
}

/// <summary>One source as it was when the run began.</summary>
internal sealed record KnownSource(
    long Id, string SourceType, string SourceId, string Key, string Title, string? Origin, string? ContentHash, SourceState State, Stage Stage,
    string? StateReason, FailureClass? FailureClass, DateTimeOffset? NextTryAt, long FencingToken, long Version, DateTimeOffset UpdatedAt)
{
    public static readonly System.Linq.Expressions.Expression<Func<Source, KnownSource>> FromSource = s => new KnownSource(
        s.Id, s.SourceType, s.SourceId, s.Key, s.Title, s.Origin, s.ContentHash, s.State, s.Stage,
        s.StateReason, s.FailureClass, s.NextTryAt, s.FencingToken, s.Version, s.UpdatedAt);
}

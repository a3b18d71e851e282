using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Embedding.Onnx;
using DrChaffee.Ingestion.ModelFiles;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;

namespace DrChaffee.Ingestion.Embedding.Switching;

/// <summary>Every model that this program knows or the library holds vectors of, and how it stands with each.</summary>
public sealed class ModelOverview
{
    private readonly ChaffeeSettings _settings;
    private readonly ModelCatalogue _catalogue;
    private readonly ModelFetches _fetches;
    private readonly IEmbeddingGenerator<string, Embedding<float>> _own;
    private readonly IEmbeddingEngine[] _engines;
    private readonly IDbContextFactory<ChaffeeDbContext> _contexts;
    private readonly TimeProvider _time;
    private Counts? _counts;

    internal ModelOverview(ChaffeeSettings settings, ModelCatalogue catalogue, ModelFetches fetches, IEmbeddingGenerator<string, Embedding<float>> own, IEnumerable<IEmbeddingEngine> engines, IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time) =>
        (_settings, _catalogue, _fetches, _own, _engines, _contexts, _time) = (settings, catalogue, fetches, own, [.. engines], contexts, time);

    /// <summary>What can be said without the database.</summary>
    public IReadOnlyList<ModelState> Known()
    {
        var own = _own.GetService<EmbeddingGeneratorMetadata>();
        return
        [
            new ModelState(own?.DefaultModelId ?? "", own?.ProviderName ?? "", ModelKind.Embedding, ModelStanding.Ready) { Dimensions = own?.DefaultModelDimensions },
            .. _catalogue.All.Select(Known),
            .. _engines.Where(engine => engine.Name != OnnxEngine.EngineName).SelectMany(engine => engine.Offered.Select(name => new ModelState(name, engine.Name, ModelKind.Embedding, ModelStanding.Ready))),
        ];
    }

    /// <param name="countsKept">How old the counts may be, for a page that looks every other second: counting looks at every vector.</param>
    public async Task<IReadOnlyList<ModelState>> ListAsync(CancellationToken cancellationToken, TimeSpan countsKept = default)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var (_, passages, embedded) = _counts is { } known && _time.GetUtcNow() - known.At < countsKept ? known : _counts = await CountAsync(db, cancellationToken);
        var rows = await db.EmbeddingModels.OrderBy(m => m.Id)
            .Select(m => new { m.Id, m.Name, m.Engine, m.Dimensions, m.Active, m.Wanted, m.ActivatedAt, m.Failures, m.LastError }).ToListAsync(cancellationToken);
        var previous = rows.Where(m => !m.Active && m.ActivatedAt is not null).MaxBy(m => m.ActivatedAt)?.Id;
        var models = Known().ToDictionary(model => (model.Engine, model.Name));
        foreach (var row in rows)
        {
            var standing = row.Active ? ModelStanding.Active : row.Wanted ? ModelStanding.Wanted : row.Id == previous ? ModelStanding.Previous : ModelStanding.Kept;
            var before = models.GetValueOrDefault((row.Engine, row.Name)) ?? new ModelState(row.Name, row.Engine, ModelKind.Embedding, ModelStanding.Kept);
            models[(row.Engine, row.Name)] = before with
            {
                Standing = standing,
                Here = before.Standing != ModelStanding.Absent && (before.Standing == ModelStanding.Ready || row.Engine == ShippedEmbedder.Engine),
                Dimensions = row.Dimensions,
                Embedded = embedded.GetValueOrDefault(row.Id),
                Passages = passages,
                Failures = row.Failures,
                LastError = row.LastError,
            };
        }

        return [.. models.Values.OrderBy(model => model.Kind).ThenBy(model => model.Standing)];
    }

    private async Task<Counts> CountAsync(ChaffeeDbContext db, CancellationToken cancellationToken) => new(
        _time.GetUtcNow(), await db.Passages.LongCountAsync(cancellationToken),
        await db.PassageEmbeddings.GroupBy(e => e.ModelId).Select(g => new { g.Key, Count = g.LongCount() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken));

    private ModelState Known(ModelCard card)
    {
        var fetch = _fetches.Of(card.Name);
        var missing = _catalogue.Missing(card).Count > 0;
        var fetching = fetch is { Error: null };
        var standing = missing || fetching ? ModelStanding.Absent // files that have come are not checked before the last of them is here
            : card.Kind == ModelKind.Reranker && card.Name == _settings.RerankerModel ? ModelStanding.Active : ModelStanding.Ready;
        return new ModelState(card.Name, card.Kind == ModelKind.Whisper ? "whisper" : OnnxEngine.EngineName, card.Kind, standing)
        {
            Dimensions = card.Dimensions == 0 ? null : card.Dimensions,
            Licence = card.Licence,
            Bytes = card.Files.All(file => file.Size is not null) ? card.Files.Sum(file => file.Size) : null,
            Fetchable = card.Repository is not null && (missing || fetch?.Error is not null),
            Fetching = fetching ? fetch!.Now ?? default(FetchProgress) : null,
            FetchError = fetch?.Error,
        };
    }

    private sealed record Counts(DateTimeOffset At, long Passages, Dictionary<int, long> Embedded);
}

/// <summary>How it stands with one model.</summary>
/// <param name="Engine">What runs it: <c>drchaffee</c> for the shipped one, <c>onnx</c>, <c>openai</c>, <c>whisper</c>.</param>
public sealed record ModelState(string Name, string Engine, ModelKind Kind, ModelStanding Standing)
{
    /// <summary>This process can run it.</summary>
    public bool Here { get; init; } = Standing != ModelStanding.Absent;
    public int? Dimensions { get; init; }
    public string? Licence { get; init; }

    /// <summary>Of its files together, where the catalogue knows it.</summary>
    public long? Bytes { get; init; }

    /// <summary>Files of it are missing here or could not be fetched the last time, and can be fetched.</summary>
    public bool Fetchable { get; init; }

    /// <summary>The file that is being fetched and how far it has come; null where none is.</summary>
    public FetchProgress? Fetching { get; init; }

    /// <summary>Why its files could not be fetched the last time, in a sentence.</summary>
    public string? FetchError { get; init; }

    /// <summary>Passages that have a vector of it, of <see cref="Passages"/>; null where the library holds none of its vectors.</summary>
    public long? Embedded { get; init; }
    public long? Passages { get; init; }

    /// <summary>Times that embedding failed since it last succeeded.</summary>
    public int Failures { get; init; }
    public string? LastError { get; init; }
}

/// <summary>What a model is to this library.</summary>
public enum ModelStanding
{
    Active,

    /// <summary>Being filled; it takes over when that is done.</summary>
    Wanted,

    /// <summary>What a rollback returns to.</summary>
    Previous,

    /// <summary>Its vectors are here, and go at the next switch.</summary>
    Kept,

    /// <summary>It can be used.</summary>
    Ready,

    /// <summary>Its files must be fetched first.</summary>
    Absent,
}

using System.Collections.Concurrent;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Meaning;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>The models that vectors in the database come from, and what embeds for each in this process. The database says which one is active.</summary>
internal sealed class EmbeddingModels(IEmbeddingGenerator<string, Embedding<float>> own, IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time) : IEmbeddingModels
{
    private static readonly TimeSpan ActiveKept = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CoverageKept = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(int Id, string Name), IEmbeddingGenerator<string, Embedding<float>>> _learned = new();
    private (DateTimeOffset Until, ActiveModel Model)? _active;
    private (DateTimeOffset Until, int Model, double Share) _coverage;

    public async Task<ActiveModel?> ActiveAsync(CancellationToken cancellationToken)
    {
        if (_active is { } known && time.GetUtcNow() < known.Until) return known.Model;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await Describe(db.EmbeddingModels.Where(m => m.Active)).FirstOrDefaultAsync(cancellationToken) is not { } row) return null; // not kept: the first vectors may come any moment
        var model = new ActiveModel(row.Id, row.Name, row.Dimensions, await CoverageAsync(db, row.Id, cancellationToken), await EmbedderAsync(db, row, cancellationToken));
        _active = (time.GetUtcNow() + ActiveKept, model);
        return model;
    }

    /// <summary>What new passages are embedded with: the active model, or this process's own, which becomes the active one, where there is none yet.</summary>
    public async Task<(int Id, int Dimensions, IEmbeddingGenerator<string, Embedding<float>> Embedder)> CurrentAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await Describe(db.EmbeddingModels.Where(m => m.Active)).FirstOrDefaultAsync(cancellationToken);
        if (row is not null && await EmbedderAsync(db, row, cancellationToken) is { } embedder) return (row.Id, row.Dimensions, embedder);

        var metadata = own.GetService<EmbeddingGeneratorMetadata>();
        var (engine, name) = (metadata?.ProviderName ?? "unknown", metadata?.DefaultModelId ?? "unknown");
        var dimensions = metadata?.DefaultModelDimensions ?? throw new InvalidOperationException("The embedder does not say how many dimensions its vectors have.");
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO embedding_models (engine, name, dimensions, active, learned_from, failures) SELECT {engine}, {name}, {dimensions}, NOT EXISTS (SELECT FROM embedding_models WHERE active), 0, 0 ON CONFLICT DO NOTHING",
            cancellationToken);
        return (await db.EmbeddingModels.Where(m => m.Engine == engine && m.Name == name).Select(m => m.Id).SingleAsync(cancellationToken), dimensions, own);
    }

    /// <summary>Makes a model row's choice felt at once in this process.</summary>
    public void Forget() => _active = null;

    /// <summary>Counts a failure, or forgets those before it where <paramref name="error"/> is null.</summary>
    public async Task ReportAsync(int model, string? error, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.EmbeddingModels.Where(m => m.Id == model && (error != null || m.Failures > 0)).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.Failures, x => error == null ? 0 : x.Failures + 1).SetProperty(x => x.LastError, error), cancellationToken);
    }

    private static IQueryable<ModelRow> Describe(IQueryable<EmbeddingModel> models) => models.Select(m => new ModelRow(m.Id, m.Engine, m.Name, m.Dimensions, m.LearnedFrom));

    private async Task<IEmbeddingGenerator<string, Embedding<float>>?> EmbedderAsync(ChaffeeDbContext db, ModelRow row, CancellationToken cancellationToken)
    {
        if (row.LearnedFrom == 0) return own.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelId is { } loaded && loaded != row.Name ? null : own;
        if (_learned.TryGetValue((row.Id, row.Name), out var known)) return known;
        if (own is not ShippedEmbedder shipped || row.Engine != ShippedEmbedder.Engine) return null;
        var words = await db.EmbeddingModels.Where(m => m.Id == row.Id).Select(m => m.LibraryWords).SingleAsync(cancellationToken);
        return words is null ? null : _learned[(row.Id, row.Name)] = shipped.For(LibraryWords.FromBytes(words));
    }

    /// <summary>Counted now and then only: it looks at every passage.</summary>
    private async Task<double> CoverageAsync(ChaffeeDbContext db, int model, CancellationToken cancellationToken)
    {
        if (_coverage.Model == model && time.GetUtcNow() < _coverage.Until) return _coverage.Share;
        var passages = await db.Passages.LongCountAsync(cancellationToken);
        var embedded = await db.PassageEmbeddings.LongCountAsync(e => e.ModelId == model, cancellationToken);
        _coverage = (time.GetUtcNow() + CoverageKept, model, passages == 0 ? 1 : Math.Min(1, (double)embedded / passages));
        return _coverage.Share;
    }

    private sealed record ModelRow(int Id, string Engine, string Name, int Dimensions, int LearnedFrom);
}

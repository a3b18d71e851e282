using System.Collections.Concurrent;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Ingestion.ModelFiles;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>The models that vectors in the database come from, and what embeds for each in this process. The database says which one is active.</summary>
internal sealed partial class EmbeddingModels(
    IEmbeddingGenerator<string, Embedding<float>> own, IEnumerable<IEmbeddingEngine> engines, IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time,
    ILogger<EmbeddingModels> logger) : IEmbeddingModels
{
    private static readonly TimeSpan ActiveKept = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ActivePatience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ActiveGrace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RefusalKept = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(int Id, string Name), IEmbeddingGenerator<string, Embedding<float>>> _learned = new();
    private readonly ConcurrentDictionary<int, (DateTimeOffset Until, string Reason)> _refusals = new();
    private readonly ConcurrentDictionary<int, Coverage> _coverage = new();
    private CachedValue<ActiveModel?>? _active;

    public async Task<ActiveModel?> ActiveAsync(CancellationToken cancellationToken)
    {
        var known = _active ??= new CachedValue<ActiveModel?>(ActiveKept, time, FindActiveAsync);
        var model = await known.GetAsync(ActivePatience, ActiveGrace, cancellationToken);
        if (model is null) Interlocked.CompareExchange(ref _active, null, known); // not kept: the first vectors may come any moment
        return model;
    }

    /// <summary>
    /// What new passages are embedded with: the active model, or this process's own, which becomes the active one, where there is none yet.
    /// Where this process does not have the active model, what it gives fails with the reason.
    /// </summary>
    public async Task<(int Id, int Dimensions, IEmbeddingGenerator<string, Embedding<float>> Embedder)> CurrentAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await Describe(db.EmbeddingModels.Where(m => m.Active)).FirstOrDefaultAsync(cancellationToken);
        if (row is not null) return (row.Id, row.Dimensions, await EmbedderAsync(db, row, cancellationToken) ?? new AbsentEmbedder(row.Name, _refusals.GetValueOrDefault(row.Id).Reason));

        var metadata = own.GetService<EmbeddingGeneratorMetadata>();
        var (engine, name) = (metadata?.ProviderName ?? "unknown", metadata?.DefaultModelId ?? "unknown");
        var dimensions = metadata?.DefaultModelDimensions ?? throw new InvalidOperationException("The embedder does not say how many dimensions its vectors have.");
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO embedding_models (engine, name, dimensions, active, activated_at, learned_from, failures) VALUES ({engine}, {name}, {dimensions}, TRUE, now(), 0, 0) ON CONFLICT DO NOTHING",
            cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"UPDATE embedding_models SET active = TRUE, activated_at = now() WHERE engine = {engine} AND name = {name} AND NOT EXISTS (SELECT FROM embedding_models WHERE active)", cancellationToken);
        return await CurrentAsync(cancellationToken); // another process may have been first, with another model
    }

    /// <summary>What embeds for a model, whether it is active or not.</summary>
    /// <exception cref="ModelException">This process does not have it; the message says why.</exception>
    public async Task<(int Dimensions, IEmbeddingGenerator<string, Embedding<float>> Embedder)> OpenAsync(int model, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await Describe(db.EmbeddingModels.Where(m => m.Id == model)).SingleAsync(cancellationToken);
        _refusals.TryRemove(model, out _);
        return await EmbedderAsync(db, row, cancellationToken) is { } embedder ? (row.Dimensions, embedder) : throw AbsentEmbedder.Failure(row.Name, _refusals.GetValueOrDefault(model).Reason);
    }

    /// <summary>Makes a model row's choice felt at once in this process.</summary>
    public void Forget()
    {
        _active = null;
        _coverage.Clear();
    }

    /// <summary>Counts a failure, or forgets those before it where <paramref name="error"/> is null.</summary>
    public async Task ReportAsync(int model, string? error, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.EmbeddingModels.Where(m => m.Id == model && (error != null || m.Failures > 0)).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.Failures, x => error == null ? 0 : x.Failures + 1).SetProperty(x => x.LastError, error), cancellationToken);
    }

    private async Task<ActiveModel?> FindActiveAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Describe(db.EmbeddingModels.Where(m => m.Active)).FirstOrDefaultAsync(cancellationToken) is { } row
            ? new ActiveModel(row.Id, row.Name, row.Dimensions, await _coverage.GetOrAdd(row.Id, id => new Coverage(id, contexts, time, logger)).ShareAsync(cancellationToken), await EmbedderAsync(db, row, cancellationToken))
            : null;
    }

    private static IQueryable<ModelRow> Describe(IQueryable<EmbeddingModel> models) => models.Select(m => new ModelRow(m.Id, m.Engine, m.Name, m.Dimensions, m.LearnedFrom));

    private async Task<IEmbeddingGenerator<string, Embedding<float>>?> EmbedderAsync(ChaffeeDbContext db, ModelRow row, CancellationToken cancellationToken)
    {
        if (engines.FirstOrDefault(engine => engine.Name == row.Engine) is { } other) return await OpenAsync(other, row, cancellationToken);
        if (row.LearnedFrom == 0) return own.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelId is { } loaded && loaded != row.Name ? null : own;
        if (_learned.TryGetValue((row.Id, row.Name), out var known)) return known;
        if (own is not ShippedEmbedder shipped || row.Engine != ShippedEmbedder.Engine) return null;
        var words = await db.EmbeddingModels.Where(m => m.Id == row.Id).Select(m => m.LibraryWords).SingleAsync(cancellationToken);
        return words is null ? null : _learned[(row.Id, row.Name)] = shipped.For(LibraryWords.FromBytes(words));
    }

    /// <summary>Null where it cannot be opened; the reason is logged, and kept for a while, for a model is asked for with every search.</summary>
    private async Task<IEmbeddingGenerator<string, Embedding<float>>?> OpenAsync(IEmbeddingEngine engine, ModelRow row, CancellationToken cancellationToken)
    {
        if (_refusals.TryGetValue(row.Id, out var refusal) && time.GetUtcNow() < refusal.Until) return null;
        try
        {
            return await engine.OpenAsync(row.Name, cancellationToken);
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _refusals[row.Id] = (time.GetUtcNow() + RefusalKept, ex.Message);
            if (refusal.Reason != ex.Message) LogAbsent(row.Name, ex.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The embedding model {Model} cannot be used: {Reason}")]
    private partial void LogAbsent(string model, string reason);

    private sealed record ModelRow(int Id, string Engine, string Name, int Dimensions, int LearnedFrom);
}

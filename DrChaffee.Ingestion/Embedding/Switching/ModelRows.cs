using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Storing;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Ingestion.Embedding.Switching;

/// <summary>Which model is active, which is wanted, which was active before: the marks in <c>embedding_models</c>, changed in one transaction each.</summary>
internal sealed class ModelRows(EmbeddingModels models, VectorIndex index, IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time)
{
    public async Task<int?> WantedAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.EmbeddingModels.Where(m => m.Wanted).Select(m => (int?)m.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The model that a rollback returns to; null where there was none.</summary>
    public async Task<(int Id, string Name)?> PreviousAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Previous(db).Select(m => new { m.Id, m.Name }).FirstOrDefaultAsync(cancellationToken) is { } row ? (row.Id, row.Name) : null;
    }

    /// <summary>Marks a model as the wanted one; null: none is.</summary>
    /// <exception cref="ModelException">The model was removed or activated meanwhile; what was wanted stays.</exception>
    public async Task WantAsync(int? model, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.EmbeddingModels.Where(m => m.Wanted && m.Id != model).ExecuteUpdateAsync(m => m.SetProperty(x => x.Wanted, false), cancellationToken);
        var changed = await db.EmbeddingModels.Where(m => m.Id == model && !m.Active).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.Wanted, true).SetProperty(x => x.Failures, 0).SetProperty(x => x.LastError, (string?)null), cancellationToken);
        if (model is not null && changed == 0) throw Changed();
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Makes a model the active one, and the one before it what a rollback returns to.</summary>
    /// <param name="inPlaceOf">A model that the new one is the same as, but better: no rollback returns to it, and what it returned to stays.</param>
    /// <param name="onlyIfWanted">False comes back where it is wanted no more.</param>
    /// <exception cref="ModelException">The model was removed meanwhile; the active one stays.</exception>
    public async Task<bool> ActivateAsync(int model, int? inPlaceOf, CancellationToken cancellationToken, bool onlyIfWanted = false)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT FROM embedding_models ORDER BY id FOR UPDATE", cancellationToken);
        if (onlyIfWanted && !await db.EmbeddingModels.AnyAsync(m => m.Id == model && m.Wanted, cancellationToken)) return false;
        await db.EmbeddingModels.Where(m => m.Active && m.Id != model).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.Active, false).SetProperty(x => x.ActivatedAt, x => x.Id == inPlaceOf ? null : x.ActivatedAt ?? x.CreatedAt), cancellationToken);
        var changed = await db.EmbeddingModels.Where(m => m.Id == model).ExecuteUpdateAsync(
            m => m.SetProperty(x => x.Active, true).SetProperty(x => x.Wanted, false).SetProperty(x => x.ActivatedAt, now), cancellationToken);
        if (changed == 0) throw Changed();
        await transaction.CommitAsync(cancellationToken);
        models.Forget();
        return true;
    }

    /// <summary>Removes the vectors of models that are neither active nor wanted nor what a rollback returns to.</summary>
    /// <param name="engine">Those of this engine only; null for all.</param>
    public async Task RemoveUnneededAsync(string? engine, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Database.SetCommandTimeout(0); // hundreds of thousands of vectors go with a model
        var previous = Previous(db).Select(m => (int?)m.Id);
        var unneeded = db.EmbeddingModels.Where(m => !m.Active && !m.Wanted && m.Id != previous.FirstOrDefault() && (engine == null || m.Engine == engine));
        foreach (var model in await unneeded.Select(m => m.Id).ToListAsync(cancellationToken))
        {
            if (!await unneeded.AnyAsync(m => m.Id == model, cancellationToken)) continue; // wanted or returned to meanwhile
            await index.DropAsync(model, cancellationToken);
            await unneeded.Where(m => m.Id == model).ExecuteDeleteAsync(cancellationToken); // one statement judges and locks the row, so a switch meanwhile either saves it or finds it gone
        }
    }

    private static ModelException Changed() => new("The models were changed by someone else at the same moment; look at the list, and try again.");

    private static IQueryable<EmbeddingModel> Previous(ChaffeeDbContext db) => db.EmbeddingModels.Where(m => !m.Active && m.ActivatedAt != null).OrderByDescending(m => m.ActivatedAt);
}

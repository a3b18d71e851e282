using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;

namespace DrChaffee.Ingestion.Embedding.Switching;

/// <summary>What a person decides about the models: files fetched, another one for embedding, or the one before; for the command line, the page and the HTTP interface alike.</summary>
public sealed class ModelChoice
{
    private const string Probe = "How much salt is too much?";

    /// <summary>What pgvector's index over half-precision vectors takes.</summary>
    private const int MostDimensions = 4_000;

    private readonly IngestionPolicy _policy;
    private readonly IEmbeddingGenerator<string, Embedding<float>> _own;
    private readonly IEmbeddingEngine[] _engines;
    private readonly EmbeddingModels _models;
    private readonly ModelRows _rows;
    private readonly ModelSwitch _switch;
    private readonly ModelFetches _fetches;
    private readonly IDbContextFactory<ChaffeeDbContext> _contexts;

    internal ModelChoice(IngestionPolicy policy, IEmbeddingGenerator<string, Embedding<float>> own, IEnumerable<IEmbeddingEngine> engines, EmbeddingModels models, ModelRows rows,
        ModelSwitch modelSwitch, ModelFetches fetches, IDbContextFactory<ChaffeeDbContext> contexts) =>
        (_policy, _own, _engines, _models, _rows, _switch, _fetches, _contexts) = (policy, own, [.. engines], models, rows, modelSwitch, fetches, contexts);

    /// <summary>Why this machine changes no model, or null where it does.</summary>
    public string? Refusal => _policy.Refusal is null ? null : $"This machine only serves the library; change its model on one that ingests. ({_policy.Refusal})";

    /// <summary>Has the library embedded with another model, which takes over when that is done; the active one's name ends such a wish. Tries the model first.</summary>
    /// <returns>What happens now, in a sentence.</returns>
    /// <exception cref="IngestionException">The model cannot be used; the message says why.</exception>
    public async Task<string> UseAsync(string name, CancellationToken cancellationToken)
    {
        if (Refusal is { } refusal) throw new IngestionRefusedException(refusal);
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var active = await db.EmbeddingModels.Where(m => m.Active).Select(m => new { m.Id, m.Name }).FirstOrDefaultAsync(cancellationToken);
        var model = await RowAsync(db, name, cancellationToken);
        await _rows.WantAsync(model == active?.Id ? null : model, cancellationToken);
        if (model == active?.Id) return $"{name} is in use.";
        if (active is null && await _rows.ActivateAsync(model, null, cancellationToken)) return $"{name} is in use; nothing was embedded before.";
        return $"{name} is wanted: every passage is embedded with it in the background, and search goes on with {active?.Name} until that is done.";
    }

    /// <summary>Begins to fetch a model's files in the background; <see cref="ModelOverview"/> says how far it is, and why it failed.</summary>
    /// <returns>What happens now, in a sentence.</returns>
    /// <exception cref="IngestionException">This machine fetches none, or knows no such model.</exception>
    public string Fetch(string name)
    {
        if (_policy.Refusal is { } refusal) throw new IngestionRefusedException($"This machine only serves the library; its files are fetched by 'drchaffee models fetch {name}', run on this machine. ({refusal})");
        _fetches.Start(name);
        return $"The files of {name} are being fetched.";
    }

    /// <summary>Returns to the model before the active one, whose vectors were kept; what came in since is embedded with it in the background.</summary>
    /// <exception cref="IngestionException">There is none, or this process does not have it.</exception>
    public async Task<string> RollBackAsync(CancellationToken cancellationToken)
    {
        if (Refusal is { } refusal) throw new IngestionRefusedException(refusal);
        if (await _rows.PreviousAsync(cancellationToken) is not { } previous) throw new ModelException("There is no model to return to: the active one is the first.");
        await _models.OpenAsync(previous.Id, cancellationToken);
        await _rows.WantAsync(null, cancellationToken);
        await _rows.ActivateAsync(previous.Id, null, cancellationToken);
        return $"{previous.Name} is in use again.";
    }

    /// <summary>Brings the wanted model in here and now, rather than leaving it to the server.</summary>
    /// <returns>Null when it is done or another process is at it; otherwise why it failed.</returns>
    public async Task<string?> BringInAsync(IProgress<long> embedded, CancellationToken cancellationToken)
    {
        if (await _switch.RunAsync(embedded, cancellationToken) != SwitchOutcome.Failed) return null;
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await db.EmbeddingModels.Where(m => m.Wanted).Select(m => m.LastError).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The row of a model by its name, made where there is none: the shipped model's is the latest that learned the library's words.</summary>
    private async Task<int> RowAsync(ChaffeeDbContext db, string name, CancellationToken cancellationToken)
    {
        var metadata = _own.GetService<EmbeddingGeneratorMetadata>();
        if (name == metadata?.DefaultModelId)
        {
            var engine = metadata.ProviderName;
            return await db.EmbeddingModels.Where(m => m.Engine == engine).OrderByDescending(m => m.Active).ThenByDescending(m => m.LearnedFrom).Select(m => (int?)m.Id).FirstOrDefaultAsync(cancellationToken)
                ?? await AddAsync(db, engine!, name, metadata.DefaultModelDimensions!.Value, cancellationToken);
        }

        if (await db.EmbeddingModels.Where(m => m.Name == name && m.Active).Select(m => (int?)m.Id).FirstOrDefaultAsync(cancellationToken) is { } active) return active;
        if (_engines.FirstOrDefault(engine => engine.Offered.Contains(name, StringComparer.Ordinal)) is not { } offering) return await LeftRowAsync(db, name, cancellationToken);
        var embedder = await offering.OpenAsync(name, cancellationToken);
        var dimensions = (await embedder.GenerateVectorAsync(Probe, new QuestionEmbeddingOptions(), cancellationToken)).Length;
        if (dimensions > MostDimensions) throw new ModelException($"{name} gives vectors of {dimensions} numbers, and the database indexes no more than {MostDimensions}; choose a smaller model.");
        var known = await db.EmbeddingModels.Where(m => m.Engine == offering.Name && m.Name == name).Select(m => new { m.Id, m.Dimensions }).FirstOrDefaultAsync(cancellationToken);
        if (known is not null && known.Dimensions != dimensions)
            throw new ModelException($"{name} gives vectors of {dimensions} numbers now and of {known.Dimensions} before: it is another model of the same name, and cannot be used beside its old vectors.");
        return known?.Id ?? await AddAsync(db, offering.Name, name, dimensions, cancellationToken);
    }

    /// <summary>A model that no engine offers by name, but whose vectors the library holds: one that learned its words.</summary>
    private async Task<int> LeftRowAsync(ChaffeeDbContext db, string name, CancellationToken cancellationToken)
    {
        var row = await db.EmbeddingModels.Where(m => m.Name == name).Select(m => (int?)m.Id).FirstOrDefaultAsync(cancellationToken)
            ?? throw new ModelException($"This program knows no embedding model {name}; 'drchaffee models' lists them.");
        await _models.OpenAsync(row, cancellationToken);
        return row;
    }

    private static async Task<int> AddAsync(ChaffeeDbContext db, string engine, string name, int dimensions, CancellationToken cancellationToken)
    {
        var model = new EmbeddingModel { Engine = engine, Name = name, Dimensions = dimensions };
        db.EmbeddingModels.Add(model);
        await db.SaveChangesAsync(cancellationToken);
        return model.Id;
    }
}

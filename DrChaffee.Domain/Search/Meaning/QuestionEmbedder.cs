using DrChaffee.Domain.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Pgvector;

namespace DrChaffee.Domain.Search.Meaning;

/// <summary>Turns a question into a vector of the active model.</summary>
internal sealed class QuestionEmbedder(IEmbeddingGenerator<string, Embedding<float>> embedder, IDbContextFactory<ChaffeeDbContext> contexts)
{
    /// <summary>Throws <see cref="MeaningUnavailableException"/> where no vectors of a model that this process has can be searched.</summary>
    public async Task<EmbeddedQuestion> EmbedAsync(string question, CancellationToken cancellationToken)
    {
        if (await ActiveModelAsync(cancellationToken) is not { } model)
            throw new MeaningUnavailableException(LegState.Skipped, "no passage has been embedded yet");
        if (embedder.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelId is { } loaded && loaded != model.Name)
            throw new MeaningUnavailableException(LegState.Failed, $"passages are embedded with {model.Name}, and this process has {loaded}");
        var vector = await embedder.GenerateVectorAsync(question, cancellationToken: cancellationToken);
        return new EmbeddedQuestion(model, HalfVectors.From(vector.Span));
    }

    private async Task<EmbeddingModel?> ActiveModelAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.EmbeddingModels.AsNoTracking().FirstOrDefaultAsync(m => m.Active, cancellationToken);
    }
}

/// <summary>A question as the active model sees it; embedded once a search.</summary>
internal sealed record EmbeddedQuestion(EmbeddingModel Model, HalfVector Vector);

/// <summary>Says why there is no search by meaning, in words for the page.</summary>
internal sealed class MeaningUnavailableException(LegState state, string reason) : Exception(reason)
{
    public LegState State => state;
}

using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Pgvector;

namespace DrChaffee.Domain.Search.Meaning;

/// <summary>Turns a question into a vector of the active model. Questions asked before are remembered.</summary>
internal sealed class QuestionEmbedder(IEmbeddingModels models)
{
    private const int MostRemembered = 2_000;
    private const int LongestRemembered = 300;

    private readonly ConcurrentDictionary<(int Model, string Question), HalfVector> _remembered = new();

    /// <summary>Throws <see cref="MeaningUnavailableException"/> where no vectors of a model that this process has can be searched.</summary>
    public async Task<EmbeddedQuestion> EmbedAsync(string question, CancellationToken cancellationToken)
    {
        if (await models.ActiveAsync(cancellationToken) is not { } model)
            throw new MeaningUnavailableException(LegState.Skipped, "no passage has been embedded yet");
        if (model.Embedder is not { } embedder)
            throw new MeaningUnavailableException(LegState.Failed, $"passages are embedded with {model.Name}, which this process does not have");
        if (_remembered.TryGetValue((model.Id, question), out var known)) return new EmbeddedQuestion(model, known);

        var vector = HalfVectors.From((await embedder.GenerateVectorAsync(question, new QuestionEmbeddingOptions(), cancellationToken)).Span);
        if (question.Length <= LongestRemembered)
        {
            if (_remembered.Count >= MostRemembered) _remembered.Clear();
            _remembered[(model.Id, question)] = vector;
        }

        return new EmbeddedQuestion(model, vector);
    }
}

/// <summary>A question as the active model sees it; embedded once a search.</summary>
internal sealed record EmbeddedQuestion(ActiveModel Model, HalfVector Vector)
{
    /// <summary>The vector in single precision, for comparisons in memory.</summary>
    public float[] Components { get; } = HalfVectors.ToSingle(Vector);
}

/// <summary>A question that has been embedded, or what the leg says where it could not be; and how long that took.</summary>
internal sealed record AskedQuestion(EmbeddedQuestion? Embedded, LegResult? Missed, TimeSpan Took);

/// <summary>Says why there is no search by meaning, in words for the page.</summary>
internal sealed class MeaningUnavailableException(LegState state, string reason) : Exception(reason)
{
    public LegState State => state;
}

using Microsoft.Extensions.AI;

namespace DrChaffee.Domain.Search.Meaning;

/// <summary>Says that the texts are questions: some models read a question otherwise than a passage.</summary>
public sealed class QuestionEmbeddingOptions : EmbeddingGenerationOptions
{
    public override EmbeddingGenerationOptions Clone() => new QuestionEmbeddingOptions { ModelId = ModelId, Dimensions = Dimensions, AdditionalProperties = AdditionalProperties?.Clone(), RawRepresentationFactory = RawRepresentationFactory };
}

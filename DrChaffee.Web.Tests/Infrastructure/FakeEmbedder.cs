using Microsoft.Extensions.AI;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>Embeds by the letters of a text: equal texts get equal vectors, at no cost.</summary>
public sealed class FakeEmbedder : IEmbeddingGenerator<string, Embedding<float>>
{
    private int _embedded;

    /// <summary>The length of its vectors.</summary>
    public int Dimensions { get; set; } = 8;

    /// <summary>How many texts were embedded.</summary>
    public int Embedded => _embedded;

    /// <summary>Called before each batch: a test may wait, throw or look here.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await Before(cancellationToken);
        GeneratedEmbeddings<Embedding<float>> embeddings = [.. values.Select(value => new Embedding<float>(Vector(value)))];
        Interlocked.Add(ref _embedded, embeddings.Count);
        return embeddings;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("fake", null, "letters", Dimensions) : null;

    public void Dispose()
    {
    }

    private float[] Vector(string text)
    {
        var vector = new float[Dimensions];
        foreach (var c in text) vector[c % Dimensions]++;
        var length = MathF.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => length > 0 ? x / length : 0)];
    }
}

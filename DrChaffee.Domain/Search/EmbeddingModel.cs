namespace DrChaffee.Domain.Search;

/// <summary>A model that embedded passages. Search uses the active one alone.</summary>
public sealed class EmbeddingModel
{
    public int Id { get; init; }
    public required string Name { get; init; }
    public required string Engine { get; init; }
    public int Dimensions { get; init; }
    public bool Active { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

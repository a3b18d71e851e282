namespace DrChaffee.Domain.Search;

/// <summary>A model that embedded passages. Search uses the active one alone.</summary>
public sealed class EmbeddingModel
{
    public int Id { get; init; }
    public required string Name { get; init; }
    public required string Engine { get; init; }
    public int Dimensions { get; init; }
    public bool Active { get; set; }

    /// <summary>It is being filled beside the active one, and takes over when every passage has its vector.</summary>
    public bool Wanted { get; set; }

    /// <summary>When it last became the active one; of those that are not, the latest is what a rollback returns to. Null where there is no returning to it.</summary>
    public DateTimeOffset? ActivatedAt { get; set; }

    /// <summary>How many passages the library had when the model learned its words; 0 for a model that learned none.</summary>
    public int LearnedFrom { get; init; }

    /// <summary>What it learned.</summary>
    public byte[]? LibraryWords { get; init; }

    /// <summary>Times that embedding failed since it last succeeded; passages without a vector are tried again.</summary>
    public int Failures { get; set; }

    /// <summary>Why it last failed, in a sentence.</summary>
    public string? LastError { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}

namespace DrChaffee.Ingestion.Importing;

/// <summary>Transcript files, and folders of them, to take in at once.</summary>
public sealed record ImportRequest(IReadOnlyList<string> Paths)
{
    public Guid RunId { get; init; } = Guid.CreateVersion7();
}

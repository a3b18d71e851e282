namespace DrChaffee.Ingestion.ModelFiles;

/// <summary>A model, as its own card describes it.</summary>
public sealed record ModelCard
{
    public string Name { get; init; } = "";
    public ModelKind Kind { get; init; }

    /// <summary>Owner and name on the hub; null for a model that was placed by hand and is fetched from nowhere.</summary>
    public string? Repository { get; init; }
    public string Revision { get; init; } = "main";
    public string Licence { get; init; } = "";

    /// <summary>Length of its vectors; 0 for a model that makes none.</summary>
    public int Dimensions { get; init; }

    /// <summary>What it reads of a text at most, the marks at its beginning and end included.</summary>
    public int MaxTokens { get; init; } = 512;
    public Pooling Pooling { get; init; }
    public string QueryPrefix { get; init; } = "";
    public string PassagePrefix { get; init; } = "";
    public bool LowerCase { get; init; } = true;
    public IReadOnlyList<ModelFile> Files { get; init; } = [new ModelFile("model.onnx"), new ModelFile("vocab.txt")];

    internal ModelFile Graph => Files.First(f => f.Name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase));

    internal ModelFile Vocabulary => Files.First(f => f.Name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong with a description that a person wrote, or null.</summary>
    internal string? Fault => this switch
    {
        { Kind: ModelKind.Embedding, Dimensions: < 1 or > 4_000 } => "dimensions is missing or not from 1 to 4000",
        { Kind: ModelKind.Whisper or ModelKind.VoiceActivity } => Files.Count == 1 ? null : "files must name the one file of the model",
        { MaxTokens: < 8 } => "max_tokens is less than 8",
        _ when !Files.Any(f => f.Name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) || !Files.Any(f => f.Name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)) =>
            "files names no .onnx file and .txt vocabulary",
        _ => null,
    };
}

/// <summary>A file of a model.</summary>
/// <param name="Path">In the repository; in the model's folder it lies under its last part.</param>
/// <param name="Sha256">Null where the catalogue does not know it: then the hub's own is taken, and kept.</param>
public sealed record ModelFile(string Path, long? Size = null, string? Sha256 = null)
{
    /// <summary>Where it is fetched from, if not from the hub; then only <see cref="Sha256"/> says what it must be.</summary>
    public Uri? Address { get; init; }

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}

/// <summary>What a model is for.</summary>
public enum ModelKind
{
    Embedding,
    Reranker,

    /// <summary>Writes down what is said, by whisper.cpp.</summary>
    Whisper,

    /// <summary>Tells speech from everything else.</summary>
    VoiceActivity,
}

/// <summary>How the vectors of a text's tokens become one.</summary>
public enum Pooling
{
    /// <summary>That of the first token, which stands for the whole.</summary>
    Cls,
    Mean,
}

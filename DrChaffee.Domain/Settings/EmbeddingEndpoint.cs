namespace DrChaffee.Domain.Settings;

/// <summary>A server that embeds by OpenAI's protocol.</summary>
/// <param name="Address">Ends where <c>/embeddings</c> is added.</param>
public sealed record EmbeddingEndpoint(Uri Address, string Model, string? ApiKey)
{
    private const string DefaultAddress = "https://api.openai.com/v1";

    /// <summary>Without the key and what else may stand in the address, so that no log can hold it.</summary>
    public override string ToString() => $"{Model} at {Address.Authority}";

    /// <summary>Null unless <c>EMBEDDING_MODEL</c> names a model.</summary>
    internal static EmbeddingEndpoint? Read(EnvironmentReader environment)
    {
        var own = environment.Text("EMBEDDING_BASE_URL") is not null;
        var address = environment.Address(own ? "EMBEDDING_BASE_URL" : "OPENAI_BASE_URL", DefaultAddress);
        var key = environment.Text("EMBEDDING_API_KEY") ?? (own ? null : environment.Text("OPENAI_API_KEY")); // that key is for that host only
        return environment.Text("EMBEDDING_MODEL", harmless: true) is { } model ? new EmbeddingEndpoint(address, model, key) : null;
    }
}

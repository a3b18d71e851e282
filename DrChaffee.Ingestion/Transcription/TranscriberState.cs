namespace DrChaffee.Ingestion.Transcription;

/// <summary>One transcriber as screens show it.</summary>
/// <param name="Engine"><c>captions</c>, <c>whisper.net</c>, <c>openai</c>: as segments record it.</param>
/// <param name="Device">Where it works: <c>CPU</c>, <c>GPU</c>, the server's name; null where that means nothing.</param>
/// <param name="Missing">Why it cannot work now and what to do about it, in a sentence; null where it can.</param>
public sealed record TranscriberState(string Engine, string? Model, string? Device, string? Missing = null)
{
    /// <summary>In words, such as <c>whisper.net with whisper-small on CPU</c>.</summary>
    public override string ToString() => $"{Engine}{(Model is null ? "" : $" with {Model}")}{(Device is null ? "" : $" on {Device}")}";
}

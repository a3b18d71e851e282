namespace DrChaffee.Domain.Operations;

/// <summary>One step of the pipeline, in the order in which a source passes them.</summary>
public enum Stage
{
    Discover,
    Fetch,
    Decode,
    Transcribe,
    IdentifySpeakers,
    Chunk,
    Embed,
    Store,
}

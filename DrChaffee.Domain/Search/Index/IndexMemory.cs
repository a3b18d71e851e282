namespace DrChaffee.Domain.Search.Index;

/// <summary>What the index in memory takes, counted from its own arrays.</summary>
/// <param name="WordsBytes">Of the postings and the titles' words.</param>
/// <param name="PlacesBytes">Of where each passage stands.</param>
/// <param name="SketchesBytes">Of the vectors' sketches.</param>
public sealed record IndexMemory(int Passages, long WordsBytes, long PlacesBytes, long SketchesBytes)
{
    public long Bytes => WordsBytes + PlacesBytes + SketchesBytes;

    /// <summary>What a million passages take at that; null while there are too few to tell.</summary>
    public long? BytesAMillion => Passages >= 1_000 ? Bytes * 1_000_000 / Passages : null;
}

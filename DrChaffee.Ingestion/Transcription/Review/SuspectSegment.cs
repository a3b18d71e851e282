namespace DrChaffee.Ingestion.Transcription.Review;

/// <summary>One segment that the transcriber may have invented, as a person reviews it.</summary>
/// <param name="Ordinal">Its place in the recording, from 0; with the key it names the segment on every machine.</param>
/// <param name="Start">Seconds.</param>
/// <param name="Reason">Why it is doubted, in a sentence.</param>
/// <param name="Hidden">A person listened, and it stays out of search; null where nobody has decided yet.</param>
/// <param name="HasMedia">True where this machine can play it.</param>
public sealed record SuspectSegment(
    string SourceKey, string Title, int Ordinal, double Start, double End, string Text, string Reason, HiddenBy? Hidden,
    float? AvgLogprob, float? CompressionRatio, float? NoSpeechProb, string Engine, string? Url, bool HasMedia);

/// <summary>Who hid a segment, and when.</summary>
/// <param name="Account">The account's name; null where it is not known.</param>
public sealed record HiddenBy(string? Account, DateTimeOffset At);

/// <summary>What a person has to say about suspect segments.</summary>
public enum ReviewState
{
    /// <summary>Nobody has decided yet.</summary>
    Open,

    /// <summary>Decided: it stays out of search.</summary>
    Hidden,
}

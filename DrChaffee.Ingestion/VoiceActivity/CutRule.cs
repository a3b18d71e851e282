namespace DrChaffee.Ingestion.VoiceActivity;

/// <summary>How a recording is cut into pieces for an engine.</summary>
/// <param name="Longest">No piece is longer, overlaps included.</param>
/// <param name="LongestSilence">A longer silence belongs to no piece.</param>
/// <param name="OverlapAtSilence">How far both pieces reach beyond a cut where nobody speaks.</param>
/// <param name="OverlapInSpeech">The same where somebody may speak, for want of a silence.</param>
internal sealed record CutRule(TimeSpan Longest, TimeSpan LongestSilence, TimeSpan OverlapAtSilence, TimeSpan OverlapInSpeech);

/// <summary>One piece of a recording.</summary>
/// <param name="Cut">Where it takes over from the piece before, which reaches beyond; null where they do not meet.</param>
internal readonly record struct AudioPiece(TimeSpan Start, TimeSpan End, TimeSpan? Cut = null)
{
    public TimeSpan Length => End - Start;
}

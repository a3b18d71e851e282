using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Storing;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>What is to be done with a recording.</summary>
internal enum Admission
{
    Work,
    Skip,
    Wait,

    /// <summary>It failed before, and nothing has changed since.</summary>
    Failed,
}

/// <summary>Decides what a run does with each recording that it finds.</summary>
internal static class AdmissionRules
{
    /// <param name="captionHash">Of the caption file that lies beside it now, or null.</param>
    /// <param name="hearsSpeech">True where a recording without captions can be transcribed.</param>
    public static (Admission Admission, string? Reason) Decide(
        Recording recording, KnownSource? known, string? captionHash, bool force, bool hearsSpeech, DateTimeOffset now)
    {
        if (known is null || force) return (Admission.Work, null);
        return known.State switch
        {
            SourceState.Done when captionHash is null || captionHash == known.ContentHash => (Admission.Skip, "done already"),
            SourceState.Waiting when known.Stage is Stage.Transcribe && recording.Plan.CaptionLocation is null && !hearsSpeech => (Admission.Wait, known.StateReason),
            SourceState.Failed when !IsDueAgain(recording, known, now) => (Admission.Failed, known.StateReason),
            _ => (Admission.Work, null),
        };
    }

    private static bool IsDueAgain(Recording recording, KnownSource known, DateTimeOffset now) => known.FailureClass switch
    {
        FailureClass.Transient or FailureClass.Blocked or FailureClass.Ours => known.NextTryAt <= now, // without a next try it waits for a person
        _ => recording.Modified is { } modified && modified > known.UpdatedAt,
    };
}

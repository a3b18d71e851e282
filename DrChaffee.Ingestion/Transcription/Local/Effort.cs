namespace DrChaffee.Ingestion.Transcription.Local;

/// <summary>How much is asked of a device at once.</summary>
/// <param name="Listeners">Pieces heard side by side.</param>
/// <param name="Candidates">Wordings tried at once.</param>
internal readonly record struct Effort(int Listeners, int Candidates)
{
    /// <summary>As <c>openai/whisper</c> does (<c>best_of</c>).</summary>
    public const int UsualCandidates = 5;

    private const int ListenersOnGpu = 4;

    /// <param name="wished">How many listeners; 0: as the device suggests.</param>
    public static Effort Usual(int wished, bool onGpu) => new(wished > 0 ? wished : onGpu ? ListenersOnGpu : 1, UsualCandidates);

    /// <summary>What to try when the memory did not suffice: fewer listeners, then a smaller batch; null where there is no less.</summary>
    public Effort? Less => Listeners > 1 ? this with { Listeners = Listeners / 2 } : Candidates > 1 ? this with { Candidates = Candidates / 2 } : null;
}

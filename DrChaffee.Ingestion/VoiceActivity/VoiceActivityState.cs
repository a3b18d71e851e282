namespace DrChaffee.Ingestion.VoiceActivity;

/// <summary>Whether this machine can tell speech from silence, for screens.</summary>
public sealed class VoiceActivityState
{
    private readonly VoiceDetector _voices;

    internal VoiceActivityState(VoiceDetector voices) => _voices = voices;

    public bool IsHere => _voices.IsHere;

    public string Sentence => IsHere
        ? $"{VoiceDetector.ModelName} finds where somebody speaks."
        : $"Recordings are transcribed whole, silences included: the model {VoiceDetector.ModelName} is not here; run 'drchaffee models fetch {VoiceDetector.ModelName}'.";
}

namespace DrChaffee.Domain.Settings;

/// <summary>How speech becomes text on this machine.</summary>
public sealed record TranscriptionSettings
{
    /// <summary>The server that transcribes, where the environment names one; it goes before Whisper in this process.</summary>
    public TranscriptionEndpoint? Endpoint { get; init; }

    /// <summary>What is spoken, as two letters of ISO 639-1; null: the engine finds out.</summary>
    public string? Language { get; init; }

    /// <summary>The model that Whisper runs in this process; null: the largest of the catalogue whose file is there.</summary>
    public string? WhisperModel { get; init; }

    /// <summary>A stronger model for what the first was unsure of; null: none.</summary>
    public string? WhisperRefineModel { get; init; }

    /// <summary>How many stretches Whisper hears side by side; 0: four on a GPU, one on processors.</summary>
    public int WhisperProcessors { get; init; }

    internal static TranscriptionSettings Read(EnvironmentReader environment)
    {
        var language = environment.Text("TRANSCRIPTION_LANGUAGE", harmless: true)?.ToLowerInvariant();
        if (language is not null && (language.Length != 2 || !language.All(char.IsAsciiLetterLower)))
            environment.Fault($"TRANSCRIPTION_LANGUAGE is '{language}'; write two letters such as en, or leave it out.");
        return new TranscriptionSettings
        {
            Endpoint = TranscriptionEndpoint.Read(environment),
            Language = language,
            WhisperModel = environment.Text("WHISPER_MODEL", harmless: true),
            WhisperRefineModel = environment.Text("WHISPER_REFINE_MODEL", harmless: true),
            WhisperProcessors = environment.Number("WHISPER_PARALLEL_MODELS", 0, 0, 32),
        };
    }
}

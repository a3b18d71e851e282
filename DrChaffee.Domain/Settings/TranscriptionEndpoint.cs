namespace DrChaffee.Domain.Settings;

/// <summary>A server that transcribes by OpenAI's protocol.</summary>
/// <param name="Address">Ends where <c>/audio/transcriptions</c> is added.</param>
public sealed record TranscriptionEndpoint(Uri Address, string Model, string? ApiKey)
{
    private const string DefaultAddress = "https://api.openai.com/v1";

    /// <summary>Ask for the time of each word, too; a server that does not know how gives lines alone.</summary>
    public bool WordTimes { get; init; } = true;

    /// <summary>The most hours of audio that this machine sends in one day of UTC; 0: without a limit.</summary>
    public int HoursPerDay { get; init; }

    /// <summary>Without the key and what else may stand in the address, so that no log can hold it.</summary>
    public override string ToString() => $"{Model} at {Address.Authority}";

    /// <summary>Null unless <c>TRANSCRIPTION_MODEL</c> names a model.</summary>
    internal static TranscriptionEndpoint? Read(EnvironmentReader environment)
    {
        var own = environment.Text("TRANSCRIPTION_BASE_URL") is not null;
        var address = environment.Address(own ? "TRANSCRIPTION_BASE_URL" : "OPENAI_BASE_URL", DefaultAddress);
        var key = environment.Text("TRANSCRIPTION_API_KEY") ?? (own ? null : environment.Text("OPENAI_API_KEY")); // that key is for that host only
        var words = environment.Flag("TRANSCRIPTION_WORD_TIMES", true);
        var hours = environment.Number("TRANSCRIPTION_HOURS_PER_DAY", 20, 0, 100_000);
        return environment.Text("TRANSCRIPTION_MODEL", harmless: true) is { } model ? new TranscriptionEndpoint(address, model, key) { WordTimes = words, HoursPerDay = hours } : null;
    }
}

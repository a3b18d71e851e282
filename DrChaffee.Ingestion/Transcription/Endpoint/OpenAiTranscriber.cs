using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Ingestion.Transcription.Endpoint;

/// <summary>Has recordings transcribed by a server that speaks OpenAI's protocol: in pieces that overlap, cut where nobody speaks, and joined again.</summary>
internal sealed class OpenAiTranscriber(ChaffeeSettings settings, SendingBudget budget, TimeProvider time, TimeSpan? firstPause = null) : ITranscriber, IKeptEngine, IDisposable
{
    public const string EngineName = "openai";

    /// <summary>Ten minutes are 19 MB, below the 25 MB that OpenAI takes.</summary>
    public static readonly CutRule Rule = new(TimeSpan.FromMinutes(10), LongestSilence: TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));

    /// <summary>Rises when pieces are cut or joined otherwise.</summary>
    private const string Version = "1";

    private readonly Lazy<TranscriptionClient?> _client = new(() => settings.Transcription.Endpoint is { } endpoint ? new TranscriptionClient(endpoint, time, firstPause) : null);

    public bool NeedsSamples => true;

    public string Identity => $"{EngineName}/{settings.Transcription.Endpoint?.Model}/{Version}";

    public TranscriberState? State => settings.Transcription.Endpoint is { } endpoint ? new TranscriberState(EngineName, endpoint.Model, endpoint.Address.Authority)
        : new TranscriberState(EngineName, Model: null, Device: null, "TRANSCRIPTION_MODEL is not set.");

    public bool CanTranscribe(FetchedMedia media) => settings.Transcription.Endpoint is not null;

    public async Task<Said> TranscribeAsync(DecodedAudio audio, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var (endpoint, client) = (settings.Transcription.Endpoint!, _client.Value!);
        using var wav = WavFile.Open(audio.WavPath!);
        var pieces = AudioCutter.Cut(wav, audio.Speech, Rule);
        var left = pieces.Aggregate(TimeSpan.Zero, (sum, piece) => sum + piece.Length);
        var (whole, said) = (left, new List<TranscriptLine>());
        await budget.TakeAsync(whole, endpoint.HoursPerDay, cancellationToken);
        try
        {
            foreach (var piece in pieces)
            {
                var heard = await client.TranscribeAsync(wav, piece, settings.Transcription.Language, cancellationToken);
                left -= piece.Length;
                Stitcher.Append(said, heard, piece.Cut, piece.Cut is { } cut ? cut - piece.Start : TimeSpan.Zero);
                progress.Report(1 - left / whole);
            }
        }
        finally
        {
            await budget.ReturnAsync(left); // what failed costs nothing
        }

        return new Said(said, new EngineStamp(EngineName, endpoint.Model, Version), ContentHash: null, audio.Media.MediaPath, audio.Duration ?? wav.Duration);
    }

    public void Dispose()
    {
        if (_client.IsValueCreated) _client.Value?.Dispose();
    }
}

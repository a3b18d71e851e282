using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.VoiceActivity;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Transcription.Local;

/// <summary>Hears recordings in this process: in pieces of half a minute, so that memory stays flat, several side by side, and what is doubtful once more.</summary>
internal sealed partial class LocalTranscriber(
    ISpeechEngine engine, ChaffeeSettings settings, ModelCatalogue catalogue, ModelSums sums, TimeProvider time, ILogger<LocalTranscriber> logger) : ITranscriber, IKeptEngine, IAsyncDisposable
{
    /// <summary>Whisper hears 30 seconds at a time, whatever it is given; a piece fills one such window.</summary>
    public static readonly CutRule Rule = new(TimeSpan.FromSeconds(28), LongestSilence: TimeSpan.FromSeconds(2), TimeSpan.Zero, TimeSpan.FromSeconds(1));

    private readonly ModelLease _model = new(engine, catalogue, sums, time);
    private readonly ModelLease _stronger = new(engine, catalogue, sums, time);
    private Effort? _effort;

    public bool NeedsSamples => true;

    public string Identity => $"{engine.Name}/{ModelName}+{settings.Transcription.WhisperRefineModel}/{engine.Version}";

    public TranscriberState State => ModelName is { } model
        ? new TranscriberState(engine.Name, model, engine.Device, IsHere(model) ? engine.Fault : $"its model is not here; run 'drchaffee models fetch {model}'.")
        : new TranscriberState(engine.Name, Model: null, engine.Device, "no Whisper model is here; run 'drchaffee models fetch whisper-small', or another of 'drchaffee models'.");

    /// <summary>The one that the settings name, or the largest whose file is there.</summary>
    private string? ModelName => settings.Transcription.WhisperModel ?? catalogue.All
        .Where(card => card.Kind == ModelKind.Whisper && catalogue.Missing(card).Count == 0)
        .MaxBy(card => new FileInfo(catalogue.PathOf(card, card.Files[0])).Length)?.Name;

    public bool CanTranscribe(FetchedMedia media) => ModelName is { } model && IsHere(model);

    public async Task<Said> TranscribeAsync(DecodedAudio audio, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var name = ModelName ?? throw new SourceWaitsException(Transcribers.WhyNot(State));
        using var wav = WavFile.Open(audio.WavPath!);
        var pieces = AudioCutter.Cut(wav, audio.Speech, Rule);
        try
        {
            var lines = pieces.Count == 0 ? [] : await HearAsync(name, wav, pieces, progress, cancellationToken);
            var (refined, model) = await RefineAsync(name, wav, lines, cancellationToken);
            return new Said(refined, new EngineStamp(engine.Name, model, engine.Version), ContentHash: null, audio.Media.MediaPath, audio.Duration ?? wav.Duration);
        }
        catch (ModelException ex)
        {
            throw new SourceWaitsException(ex.Message); // the recording is not to blame
        }
        catch (SpeechRoomException ex)
        {
            throw new SourceWaitsException($"{name} does not fit into the memory ({ex.Message.TrimEnd('.')}); free some, or choose a smaller model in WHISPER_MODEL.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _model.DisposeAsync();
        await _stronger.DisposeAsync();
    }

    private async Task<IReadOnlyList<TranscriptLine>> HearAsync(string name, WavFile wav, IReadOnlyList<AudioPiece> pieces, IProgress<double> progress, CancellationToken cancellationToken) =>
        await _model.UseAsync(name, async model =>
        {
            var wished = _effort ?? Effort.Usual(settings.Transcription.WhisperProcessors, engine.OnGpu);
            var (heard, effort) = await new PieceRun(wav, pieces, settings.Transcription.Language, progress.Report).RunAsync(model, wished, cancellationToken);
            if (effort != wished) LogLess(name, effort.Listeners, effort.Candidates);
            _effort = effort; // what was too much once is not tried again
            List<TranscriptLine> said = [];
            for (var i = 0; i < pieces.Count; i++)
                Stitcher.Append(said, heard[i], pieces[i].Cut, pieces[i].Cut is { } cut ? cut - pieces[i].Start : TimeSpan.Zero);
            return said;
        }, cancellationToken);

    /// <summary>Has what is doubtful heard by the stronger model, where there is one. Its failure costs nothing that is there already.</summary>
    private async Task<(IReadOnlyList<TranscriptLine> Lines, string Model)> RefineAsync(string name, WavFile wav, IReadOnlyList<TranscriptLine> lines, CancellationToken cancellationToken)
    {
        if (settings.Transcription.WhisperRefineModel is not { } stronger || stronger == name || !IsHere(stronger)) return (lines, name);
        var spans = Refinement.Spans(lines, wav.Duration);
        if (spans.Count == 0) return (lines, name);
        try
        {
            return await _stronger.UseAsync(stronger, async model =>
            {
                var (again, _) = await new PieceRun(wav, [.. spans.Select(span => span.Piece)], settings.Transcription.Language, _ => { }).RunAsync(model, new Effort(1, Effort.UsualCandidates), cancellationToken);
                var (chosen, replaced) = Refinement.Choose(lines, spans, again);
                LogRefined(spans.Count, stronger, replaced);
                return (chosen, replaced > 0 ? $"{name}, in part {stronger}" : name);
            }, cancellationToken);
        }
        catch (Exception ex) when (ex is SourceFailedException or SpeechRoomException or ModelException)
        {
            LogNotRefined(stronger, ex.Message);
            return (lines, name);
        }
    }

    private bool IsHere(string model) => catalogue.All.FirstOrDefault(card => card.Name == model && card.Kind == ModelKind.Whisper) is { } card && catalogue.Missing(card).Count == 0;

    [LoggerMessage(LogLevel.Warning, "The memory did not suffice; {Model} goes on with {Listeners} at a time and {Candidates} wordings at once.")]
    private partial void LogLess(string model, int listeners, int candidates);

    [LoggerMessage(LogLevel.Information, "{Spans} doubtful stretches were heard again by {Model}; {Replaced} of them are better.")]
    private partial void LogRefined(int spans, string model, int replaced);

    [LoggerMessage(LogLevel.Warning, "What was doubtful was not heard again by {Model}: {Reason}")]
    private partial void LogNotRefined(string model, string reason);
}

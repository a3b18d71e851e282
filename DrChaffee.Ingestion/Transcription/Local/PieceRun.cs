using System.Collections.Concurrent;
using DrChaffee.Domain.Sources;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Ingestion.Transcription.Local;

/// <summary>
/// Has the pieces of one recording heard, several side by side. Where the memory does not suffice, what was heard is kept and the rest is heard with less
/// effort: fewer listeners, then a smaller batch, then it is a failure that says so, or has to wait for room.
/// </summary>
internal sealed class PieceRun(WavFile wav, IReadOnlyList<AudioPiece> pieces, string? language, Action<double> progress)
{
    private readonly IReadOnlyList<TranscriptLine>?[] _heard = new IReadOnlyList<TranscriptLine>?[pieces.Count];
    private string? _language = language;
    private TimeSpan _done;

    /// <summary>What each piece holds, in the recording's own time.</summary>
    /// <param name="effort">What was asked of the device; less afterwards, if its memory did not suffice.</param>
    /// <exception cref="SpeechRoomException">There is no room even for the least effort now.</exception>
    public async Task<(IReadOnlyList<TranscriptLine>[] Heard, Effort Effort)> RunAsync(ISpeechModel model, Effort effort, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            try
            {
                await RunOnceAsync(model, effort, cancellationToken);
                return ([.. _heard.OfType<IReadOnlyList<TranscriptLine>>()], effort);
            }
            catch (SpeechMemoryException ex) when (effort.Less is not null || ex is not SpeechRoomException)
            {
                effort = effort.Less ?? throw new SourceFailedException(FailureClass.Ours, $"The memory does not suffice for this Whisper model even with one processor and the smallest batch ({ex.Message.TrimEnd('.')}); choose a smaller one in WHISPER_MODEL.", ex);
            }
        }
    }

    private async Task RunOnceAsync(ISpeechModel model, Effort effort, CancellationToken cancellationToken)
    {
        var todo = new ConcurrentQueue<int>(Enumerable.Range(0, pieces.Count).Where(i => _heard[i] is null));
        if (_language is null && !todo.IsEmpty) await ListenAsync(model, effort, todo, untilLanguage: true, cancellationToken); // the first tells it for the rest

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var listening = Enumerable.Range(0, Math.Min(effort.Listeners, todo.Count)).Select(async _ =>
        {
            try
            {
                await ListenAsync(model, effort, todo, untilLanguage: false, ended.Token);
            }
            catch
            {
                await ended.CancelAsync();
                throw;
            }
        }).ToArray();
        var all = Task.WhenAll(listening);
        try
        {
            await all;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && all.Exception?.InnerExceptions.FirstOrDefault(ex => ex is not OperationCanceledException) is { } fault)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault); // the one that stopped the others
        }
    }

    private async Task ListenAsync(ISpeechModel model, Effort effort, ConcurrentQueue<int> todo, bool untilLanguage, CancellationToken cancellationToken)
    {
        var threads = Math.Max(1, Environment.ProcessorCount / (untilLanguage ? 1 : effort.Listeners));
        await using var listener = await model.OpenAsync(new ListeningOptions(_language, effort.Candidates, threads), cancellationToken);
        while (todo.TryDequeue(out var i))
        {
            var piece = pieces[i];
            var heard = await listener.ListenAsync(wav.Read(piece.Start, piece.End), cancellationToken);
            _heard[i] = [.. heard.Lines.Select(line => Moved(line, piece))];
            lock (_heard) progress((_done += piece.Length) / Whole);
            if (untilLanguage && heard is { Lines.Count: > 0, Language: { } told })
            {
                _language = told;
                return;
            }
        }
    }

    private TimeSpan Whole { get; } = pieces.Aggregate(TimeSpan.Zero, (sum, piece) => sum + piece.Length);

    /// <summary>In the recording's own time, and within the piece: Whisper's last line may end beyond what it heard.</summary>
    private static TranscriptLine Moved(TranscriptLine line, AudioPiece piece)
    {
        return line with
        {
            Start = In(line.Start),
            End = In(line.End),
            Words = line.Words?.Select(word => new WordTime(In(word.Start), In(word.End))).ToArray(),
        };

        TimeSpan In(TimeSpan time) => piece.Start + (time < TimeSpan.Zero ? TimeSpan.Zero : time < piece.Length ? time : piece.Length);
    }
}

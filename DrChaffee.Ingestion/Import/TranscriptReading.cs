using System.Threading.Channels;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Domain.Transcripts.Formats;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription;

namespace DrChaffee.Ingestion.Import;

/// <summary>Reads files a little ahead of the stages, side by side, and hands them on in their order.</summary>
internal sealed class TranscriptReading(ImportIdentities identities, IngestionRun run)
{
    private const int Ahead = 2;

    public async Task ReadAsync(IEnumerable<PlannedFile> files, ChannelWriter<Transcript> output, CancellationToken cancellationToken)
    {
        Queue<Task<ReadFile>> ahead = new();
        foreach (var file in files)
        {
            ahead.Enqueue(Task.Run(() => ReadAsync(file, cancellationToken), cancellationToken));
            if (ahead.Count > Ahead) await HandOnAsync(await ahead.Dequeue(), output, cancellationToken);
        }

        while (ahead.TryDequeue(out var last)) await HandOnAsync(await last, output, cancellationToken);
    }

    private static async Task<ReadFile> ReadAsync(PlannedFile file, CancellationToken cancellationToken)
    {
        try
        {
            return new ReadFile(file, await TranscriptFile.ReadAsync(file.File.Path, cancellationToken), Fault: null);
        }
        catch (TranscriptFormatException ex)
        {
            return new ReadFile(file, Document: null, new SourceFailedException(FailureClass.Broken, ex.Message, ex));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return new ReadFile(file, Document: null, new SourceFailedException(FailureClass.Transient, ex.Message, ex));
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            return new ReadFile(file, Document: null, new SourceFailedException(FailureClass.Ours, $"A fault of this program: {ex.Message}", ex));
        }
    }

    private async Task HandOnAsync(ReadFile read, ChannelWriter<Transcript> output, CancellationToken cancellationToken)
    {
        var facts = identities.FactsOf(read.Planned, read.Document);
        if (read.Fault is { } broken && read.Planned.Known is { Version: > 0 } good)
            await run.FailedStillAsync(good.Key, good.Title, Stage.Transcribe, broken.FailureClass, $"{broken.Message} What was imported before is kept.", cancellationToken);
        else if (await run.Leases.ClaimAsync(facts, cancellationToken) is not { } source)
            await run.SkippedAsync(facts.Key, facts.Title, "another run has it", cancellationToken);
        else if (read.Fault is { } fault)
            await run.FailedAsync(source, Stage.Transcribe, fault, read.Planned.Hash, cancellationToken);
        else
            await output.WriteAsync(new Transcript(source, SaidIn(read)), cancellationToken);
    }

    private static Said SaidIn(ReadFile read) =>
        new(read.Document!.Lines, CaptionTranscriber.Engine, read.Planned.Hash, MediaPath: null, read.Document.Duration);

    private sealed record ReadFile(PlannedFile Planned, TranscriptDocument? Document, SourceFailedException? Fault);
}

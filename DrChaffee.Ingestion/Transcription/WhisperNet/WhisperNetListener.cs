using DrChaffee.Domain.Sources;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription.Local;
using Whisper.net;

namespace DrChaffee.Ingestion.Transcription.WhisperNet;

/// <summary>Hears one piece at a time.</summary>
internal sealed class WhisperNetListener(WhisperProcessor processor, Action closed) : ISpeechListener
{
    /// <summary>whisper.cpp takes nothing below a tenth of a second; a piece so short is filled up with silence.</summary>
    private const int FewestSamples = 16_000;

    /// <summary>What whisper.cpp gives back when it has no room: for encoding, for its key-value cache, for decoding.</summary>
    private static readonly int[] OutOfMemory = [-6, -7, -8];

    public async Task<HeardPiece> ListenAsync(float[] samples, CancellationToken cancellationToken)
    {
        if (samples.Length < FewestSamples) Array.Resize(ref samples, FewestSamples);
        List<TranscriptLine> lines = [];
        string? language = null;
        try
        {
            await foreach (var segment in processor.ProcessAsync(samples, cancellationToken))
            {
                language ??= segment.Language;
                if (HeardSegment.ToLine(segment) is { } line) lines.Add(line);
            }
        }
        catch (WhisperProcessingException ex) when (OutOfMemory.Contains(ex.ErrorCode))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SpeechMemoryException(ex.Message, ex);
        }
        catch (WhisperProcessingException ex)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SourceFailedException(FailureClass.Ours, $"Whisper stopped: {ex.Message.TrimEnd('.')}.", ex);
        }

        return new HeardPiece(lines, language);
    }

    public async ValueTask DisposeAsync()
    {
        await processor.DisposeAsync();
        closed();
    }
}

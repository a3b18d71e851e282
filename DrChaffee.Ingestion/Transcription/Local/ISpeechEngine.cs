using DrChaffee.Domain.Transcripts;

namespace DrChaffee.Ingestion.Transcription.Local;

/// <summary>A library that turns samples into words in this process.</summary>
internal interface ISpeechEngine
{
    /// <summary>As segments record it.</summary>
    string Name { get; }

    string Version { get; }

    /// <summary>Where it works: before the first model is loaded, where it would.</summary>
    string Device { get; }

    /// <summary>True where that is a GPU.</summary>
    bool OnGpu { get; }

    /// <summary>Why it cannot work on this machine, in a sentence; null where it can.</summary>
    string? Fault { get; }

    /// <exception cref="ModelFiles.ModelException">The file is no model, or the library cannot be loaded here.</exception>
    /// <exception cref="SpeechRoomException">There is no room for it now.</exception>
    Task<ISpeechModel> LoadAsync(string path, CancellationToken cancellationToken);
}

/// <summary>A model in memory, from which several listeners work side by side.</summary>
internal interface ISpeechModel : IAsyncDisposable
{
    /// <exception cref="SpeechRoomException">There is no room for one more now.</exception>
    Task<ISpeechListener> OpenAsync(ListeningOptions options, CancellationToken cancellationToken);
}

/// <summary>Hears one piece at a time.</summary>
internal interface ISpeechListener : IAsyncDisposable
{
    /// <param name="samples">16 kHz mono, from -1 to 1, at most half a minute.</param>
    /// <returns>Lines with times from the piece's start, in order.</returns>
    /// <exception cref="SpeechMemoryException">The memory did not suffice.</exception>
    Task<HeardPiece> ListenAsync(float[] samples, CancellationToken cancellationToken);
}

/// <param name="Language">Two letters; null: found out.</param>
/// <param name="Candidates">How many wordings are tried at once where the first is poor: the batch, which takes memory.</param>
/// <param name="Threads">Processors that one listener may use.</param>
internal sealed record ListeningOptions(string? Language, int Candidates, int Threads);

/// <param name="Language">What was spoken, as far as the engine could tell.</param>
internal sealed record HeardPiece(IReadOnlyList<TranscriptLine> Lines, string? Language);

/// <summary>The memory of the device did not suffice for what was asked of it; less may do.</summary>
internal class SpeechMemoryException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The device has not enough free memory at the moment: others hold it, and may give it back.</summary>
internal sealed class SpeechRoomException(string message) : SpeechMemoryException(message);

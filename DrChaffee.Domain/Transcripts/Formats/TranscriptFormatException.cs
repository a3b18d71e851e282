namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>A transcript file gave nothing usable; the message is one plain sentence for the person who gave the file.</summary>
public sealed class TranscriptFormatException : Exception
{
    public TranscriptFormatException(string message) : base(message)
    {
    }

    public TranscriptFormatException(string message, Exception inner) : base(message, inner)
    {
    }

    public TranscriptFormatException()
    {
    }

    /// <summary>The line the fault was found on, counted from one, where there is one.</summary>
    public int? LineNumber { get; init; }
}

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>The kinds of file a transcript can be written as; the names are the extensions.</summary>
public enum TranscriptFormat
{
    /// <summary>Paragraphs to read, under the speakers' names, without times.</summary>
    Txt,

    /// <summary>SubRip captions, which know no speakers.</summary>
    Srt,

    /// <summary>WebVTT captions with voices.</summary>
    Vtt,

    /// <summary>A table of start, end, speaker and text.</summary>
    Csv,

    /// <summary>This program's own export, which loses nothing.</summary>
    Json,
}

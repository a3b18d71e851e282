namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads a transcript or caption file of any known kind; the extension says which.</summary>
public static class TranscriptFile
{
    /// <summary>The extensions that can be read, with their dot, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".srt", ".vtt", ".json", ".md", ".markdown", ".nlp"];

    public static bool IsKnown(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <exception cref="TranscriptFormatException">Nothing usable is in the file.</exception>
    public static async Task<TranscriptDocument> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        Read(path, await File.ReadAllBytesAsync(path, cancellationToken));

    /// <param name="name">The file's name or path: its extension decides how <paramref name="content"/> is read.</param>
    /// <param name="content">The file as it lies on disk, in UTF-8, UTF-16 or Windows-1252.</param>
    /// <exception cref="TranscriptFormatException">Nothing usable is in the file.</exception>
    public static TranscriptDocument Read(string name, ReadOnlySpan<byte> content)
    {
        var file = Path.GetFileName(name);
        var text = FileText.Decode(content);
        if (string.IsNullOrWhiteSpace(text))
            throw new TranscriptFormatException($"{file} is empty; give the file that holds the transcript.");

        var document = Path.GetExtension(file).ToUpperInvariant() switch
        {
            ".SRT" => SrtReader.Read(text, file),
            ".VTT" => WebVttReader.Read(text, file),
            ".JSON" => JsonTranscriptReader.Read(text, file),
            ".MD" or ".MARKDOWN" => MarkdownReader.Read(text),
            ".NLP" => AlignedWordsReader.Read(text, file),
            var other => throw new TranscriptFormatException(
                $"{file} ends in {(other.Length == 0 ? "no extension" : other.ToLowerInvariant())}; give one of {string.Join(", ", Extensions)}."),
        };

        return document.Lines.Count > 0
            ? document
            : throw new TranscriptFormatException($"{file} holds no spoken words; give a file with a transcript in it.");
    }
}

using System.Text.Json;

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Reads transcripts in JSON: this program's own export, the podcast namespace's segments, and Whisper's, which look alike.</summary>
internal static class JsonTranscriptReader
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public static TranscriptDocument Read(string text, string file)
    {
        try
        {
            using var json = JsonDocument.Parse(text, Lenient);
            if (json.RootElement.Member(ExportReader.LinesName, JsonValueKind.Array) is { } lines)
                return ExportReader.Read(json.RootElement, lines);
            if (json.RootElement.Member("segments", JsonValueKind.Array) is { } segments)
                return SegmentsReader.Read(segments);
        }
        catch (JsonException fault)
        {
            var line = (int?)fault.LineNumber + 1;
            throw new TranscriptFormatException($"Line {line} of {file} is not valid JSON; export the transcript again.", fault) { LineNumber = line };
        }

        throw new TranscriptFormatException($"{file} has no \"lines\" and no \"segments\"; give an export of this program or a podcast transcript in JSON.");
    }
}

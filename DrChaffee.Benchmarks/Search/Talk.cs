using DrChaffee.Domain.Transcripts;
using DrChaffee.Domain.Transcripts.Formats;
using DrChaffee.Ingestion.Chunking;
using DrChaffee.Ingestion.Pipeline;
using SpeakerLabels = DrChaffee.Ingestion.SpeakerIdentification.SpeakerLabels;

namespace DrChaffee.Benchmarks.Search;

/// <summary>A recording with its passages, before it is stored.</summary>
internal sealed record Talk(string Title, DateTimeOffset PublishedAt, string Channel, IReadOnlyList<PassageDraft> Passages)
{
    private const int FirstYear = 2010;
    private const int Years = 15;

    /// <summary>The talks of every <c>transcripts/*.tar.xz</c> below the folder, cut into passages as the product cuts them. One without a date is given one of fifteen years in turn.</summary>
    public static IEnumerable<Talk> Read(string data)
    {
        var work = Directory.CreateTempSubdirectory("chaffee-benchmark-");
        try
        {
            foreach (var archive in Directory.GetFiles(Path.Combine(data, "transcripts"), "*.tar.xz").Order(StringComparer.Ordinal))
                Archive.Unpack(archive, Path.Combine(work.FullName, Path.GetFileName(archive).Split('.')[0]));
            var files = Directory.EnumerateFiles(work.FullName, "*", SearchOption.AllDirectories).Where(TranscriptFile.IsKnown).Order(StringComparer.Ordinal).ToArray();
            new Random(1).Shuffle(files); // a part of them is then a part of every corpus
            foreach (var (at, file) in files.Index())
                if (TryRead(file) is { } document) yield return From(document, file, at);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static Talk From(TranscriptDocument document, string file, int at) => new(
        document.Title ?? Path.GetFileNameWithoutExtension(file),
        new DateTimeOffset(document.PublishedOn ?? new DateOnly(FirstYear + at % Years, 1 + at % 12, 1), TimeOnly.MinValue, TimeSpan.Zero),
        document.Channel ?? Path.GetFileName(Path.GetDirectoryName(file)!),
        PassageChunker.Cut([.. document.Lines.Select(line => new SpokenSegment(line, line.Speaker?.Trim() is { Length: > 0 } name ? SpeakerLabels.Read(name) : null))]));

    private static TranscriptDocument? TryRead(string file)
    {
        try
        {
            return TranscriptFile.Read(file, File.ReadAllBytes(file));
        }
        catch (TranscriptFormatException)
        {
            return null; // a README or a licence among the transcripts
        }
    }
}

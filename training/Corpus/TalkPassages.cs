using DrChaffee.Domain.Transcripts;
using DrChaffee.Domain.Transcripts.Formats;

namespace DrChaffee.Training.Corpus;

/// <summary>Reads the transcripts of the talk corpora as passages of about 90 words, each a list of its sentences.</summary>
internal static class TalkPassages
{
    private const int PassageWords = 90;

    /// <summary>The talks of every <c>transcripts/*.tar.xz</c> below the folder, in a fixed order; a file that cannot be read is left out.</summary>
    public static IEnumerable<IReadOnlyList<IReadOnlyList<string>>> Read(string data)
    {
        var work = Directory.CreateTempSubdirectory("chaffee-training-");
        try
        {
            foreach (var archive in Directory.GetFiles(Path.Combine(data, "transcripts"), "*.tar.xz").Order(StringComparer.Ordinal))
                Archives.Unpack(archive, Path.Combine(work.FullName, Path.GetFileName(archive)));
            foreach (var file in Directory.EnumerateFiles(work.FullName, "*", SearchOption.AllDirectories).Where(TranscriptFile.IsKnown).Order(StringComparer.Ordinal))
                if (TryRead(file) is { } talk) yield return Passages(talk);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

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

    private static List<IReadOnlyList<string>> Passages(TranscriptDocument talk)
    {
        List<IReadOnlyList<string>> passages = [];
        List<string> sentences = [];
        var words = 0;
        foreach (var line in talk.Lines)
        {
            sentences.Add(line.Text);
            words += line.Text.Count(c => c == ' ') + 1;
            if (words < PassageWords) continue;
            passages.Add(sentences);
            (sentences, words) = ([], 0);
        }

        if (sentences.Count > 0) passages.Add(sentences);
        return passages;
    }
}

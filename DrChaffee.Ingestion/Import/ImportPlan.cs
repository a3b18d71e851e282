using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Storing;

namespace DrChaffee.Ingestion.Import;

/// <summary>One file, and what an import does with it.</summary>
internal sealed record PlannedFile(ImportFile File, string Hash, KnownSource? Known, Admission Admission);

/// <summary>Compares files with the library by their content: thousands of unchanged ones cost their reading and nothing else.</summary>
internal static class ImportPlan
{
    public static async Task<IReadOnlyList<PlannedFile>> MakeAsync(IReadOnlyList<ImportFile> files, KnownSources known, CancellationToken cancellationToken)
    {
        var hashes = new string[files.Count];
        await Parallel.ForAsync(0, files.Count, cancellationToken, async (i, token) =>
            hashes[i] = await ContentFingerprint.OrOfPathAsync(ContentFingerprint.OfTranscriptAsync, files[i].Path, token));

        HashSet<(string Hash, string Name)> seen = [];
        return [.. files.Select((file, i) => Plan(file, hashes[i], known, seen))];
    }

    private static PlannedFile Plan(ImportFile file, string hash, KnownSources known, HashSet<(string Hash, string Name)> seen)
    {
        var name = NameOf(file.Path);
        var source = known.ByOrigin(file.Path)
            ?? known.ByHash(hash).FirstOrDefault(s => s.Origin is null || NameOf(s.Origin) == name || !File.Exists(s.Origin));
        var isCopy = !seen.Add((hash, name)) && source is null;
        var unchanged = source?.ContentHash == hash;
        return new PlannedFile(file, hash, source, source?.State switch
        {
            null => isCopy ? Admission.Skip : Admission.Work,
            SourceState.Done when unchanged => Admission.Skip,
            SourceState.Failed when unchanged => Admission.Failed,
            _ => Admission.Work,
        });
    }

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);
}

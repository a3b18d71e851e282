using System.Text.Json;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery;

/// <summary><c>library.json</c> in a folder's root: titles, dates, channel and speakers of the files in it.</summary>
internal sealed class LibraryManifest
{
    public const string FileName = "library.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly Dictionary<string, ManifestEntry> _byPath;

    private LibraryManifest(string root, IEnumerable<ManifestEntry> entries) =>
        _byPath = entries.Where(e => e.File is not null).DistinctBy(e => e.File).ToDictionary(e => Path.GetFullPath(Path.Combine(root, e.File!)), StringComparer.Ordinal);

    public static async Task<LibraryManifest> ReadAsync(string root, CancellationToken cancellationToken)
    {
        var path = Path.Combine(root, FileName);
        if (!File.Exists(path)) return new LibraryManifest(root, []);
        try
        {
            await using var file = File.OpenRead(path);
            return new LibraryManifest(root, await JsonSerializer.DeserializeAsync<ManifestEntry[]>(file, Json, cancellationToken) ?? []);
        }
        catch (JsonException ex)
        {
            throw new IngestionException($"{path} cannot be read: {ex.Message}", ex);
        }
    }

    /// <summary>The manifest may name a file with its ending or without.</summary>
    public ManifestEntry? Find(string path) =>
        _byPath.GetValueOrDefault(path) ?? _byPath.GetValueOrDefault(Path.Combine(Path.GetDirectoryName(path)!, Path.GetFileNameWithoutExtension(path)));
}

/// <summary>What the manifest tells of one file.</summary>
internal sealed record ManifestEntry(string? File, string? Title, DateOnly? PublishedOn, string? Channel, string? Description, IReadOnlyList<string>? Speakers);

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Storing;

namespace DrChaffee.Ingestion.Download;

/// <summary>
/// Media on this machine, each file under the name of its content: the same recording is never there twice. A note for each address says what was fetched from it,
/// so that it is fetched once, whatever becomes of the process; what is not to be kept goes with <see cref="Release"/>.
/// </summary>
internal sealed class AudioStore(ChaffeeSettings settings)
{
    /// <summary>Left free, in bytes, for the database and everything else on the disk.</summary>
    public const long Reserve = 500_000_000;

    private const int DiskFullOnUnix = 28;
    private const int DiskFullOnWindows = 0x70;

    private string Notes => Path.Combine(settings.AudioDirectory, "fetched");

    public static bool IsDiskFull(Exception exception) => exception is IOException && (exception.HResult & 0xFFFF) is DiskFullOnUnix or DiskFullOnWindows;

    /// <summary>Copies the file in and gives its path there. A reader never sees half a file.</summary>
    public async Task<string> KeepAsync(string path, CancellationToken cancellationToken)
    {
        var hash = await ContentFingerprint.OfAsync(path, cancellationToken);
        var kept = PathOf(hash, Path.GetExtension(path));
        if (File.Exists(kept)) return kept;

        var folder = Directory.CreateDirectory(Path.GetDirectoryName(kept)!).FullName;
        var unfinished = Path.Combine(folder, $".{hash}.{Guid.NewGuid():N}.part");
        try
        {
            await using (var from = File.OpenRead(path))
            await using (var to = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
                await from.CopyToAsync(to, cancellationToken);
            File.Move(unfinished, kept, overwrite: true);
            return kept;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>A folder for what comes from an address, until all of it has: a fetch that was cut off goes on there.</summary>
    public string UnfinishedFolder(string location) => Directory.CreateDirectory(Path.Combine(settings.AudioDirectory, "unfinished", NameOf(location))).FullName;

    public void DropUnfinished(string location)
    {
        var folder = Path.Combine(settings.AudioDirectory, "unfinished", NameOf(location));
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>What was fetched from the address and is still there, or null. Asked for to be kept, it is kept from now on.</summary>
    public StoredMedia? Find(string location, bool keep)
    {
        if (ReadNote(NotePath(location)) is not { } note) return null;
        var media = Path.Combine(settings.AudioDirectory, note.Media);
        var captions = note.Captions is { } name ? Path.Combine(settings.AudioDirectory, name) : null;
        if (!File.Exists(media) || (captions is not null && !File.Exists(captions))) return null;
        if (keep && !note.Keep) WriteNote(note = note with { Keep = true });
        return new StoredMedia(media, captions, note.Keep, note.Facts);
    }

    /// <summary>Takes a finished file in under the name of its content, and what lies in the address's unfinished folder beside it goes.</summary>
    /// <param name="extension">With its dot; says what a player and a decoder take it for.</param>
    /// <param name="captions">A file with captions that belong to it, or null.</param>
    public async Task<StoredMedia> AddAsync(string location, string path, string extension, string? captions, bool keep, FetchedFacts? facts, CancellationToken cancellationToken)
    {
        var media = await MoveInAsync(path, extension, cancellationToken);
        var words = captions is null ? null : await MoveInAsync(captions, Path.GetExtension(captions), cancellationToken);
        WriteNote(new Note(location, Path.GetRelativePath(settings.AudioDirectory, media), words is null ? null : Path.GetRelativePath(settings.AudioDirectory, words), keep, facts));
        DropUnfinished(location);
        return new StoredMedia(media, words, keep, facts);
    }

    /// <summary>The source is done, or failed for good: what was fetched for it alone goes, unless it is to be kept or another address's media is the same.</summary>
    public void Release(string location)
    {
        DropUnfinished(location);
        var path = NotePath(location);
        if (ReadNote(path) is not { Keep: false } note) return;
        File.Delete(path);
        var others = Entries().SelectMany(other => (string?[])[other.Media, other.Captions]).ToHashSet();
        foreach (var file in ((string?[])[note.Media, note.Captions]).OfType<string>().Where(file => !others.Contains(file))) File.Delete(Path.Combine(settings.AudioDirectory, file));
    }

    /// <summary>True where the media goes when its source is done.</summary>
    public bool IsTemporary(string location) => ReadNote(NotePath(location)) is { Keep: false };

    /// <summary>The addresses whose media is here for a source in progress, or for one that ended without <see cref="Release"/>, as after a crash.</summary>
    public IReadOnlyList<string> Temporary() => [.. Entries().Where(note => !note.Keep).Select(note => note.Location)];

    /// <summary>Makes sure that a file of that many bytes fits, and leaves room for the rest of the machine.</summary>
    /// <exception cref="SourceWaitsException">It does not.</exception>
    public void CheckRoom(long bytes)
    {
        Directory.CreateDirectory(settings.AudioDirectory);
        var free = new DriveInfo(settings.AudioDirectory).AvailableFreeSpace;
        if (free - bytes < Reserve) throw Full(free);
    }

    /// <summary>What a source whose fetch met a full disk says while it waits.</summary>
    public SourceWaitsException Full() => Full(new DriveInfo(settings.AudioDirectory).AvailableFreeSpace);

    /// <summary>Why nothing can be fetched just now, in a sentence; null where something can.</summary>
    public string? FullReason()
    {
        var folder = new DirectoryInfo(settings.AudioDirectory);
        while (!folder.Exists && folder.Parent is { } parent) folder = parent;
        try
        {
            return new DriveInfo(folder.FullName).AvailableFreeSpace is var free && free < Reserve ? Full(free).Message : null;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return null; // a fetch would say what is wrong with the disk
        }
    }

    private SourceWaitsException Full(long free) =>
        new($"The disk under {settings.AudioDirectory} is full: {free / 1_000_000} MB are free; make room, or set AUDIO_STORAGE_DIR to a larger disk. It goes on by itself with the next run.");

    private static string NameOf(string location) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(location)))[..32];

    private string NotePath(string location) => Path.Combine(Notes, $"{NameOf(location)}.json");

    private string PathOf(string hash, string extension) => Path.Combine(settings.AudioDirectory, hash[..2], hash + extension.ToLowerInvariant());

    private async Task<string> MoveInAsync(string path, string extension, CancellationToken cancellationToken)
    {
        var kept = PathOf(await ContentFingerprint.OfAsync(path, cancellationToken), extension);
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        File.Move(path, kept, overwrite: true);
        return kept;
    }

    private IEnumerable<Note> Entries() =>
        Directory.Exists(Notes) ? Directory.EnumerateFiles(Notes, "*.json").Select(ReadNote).OfType<Note>() : [];

    private void WriteNote(Note note)
    {
        Directory.CreateDirectory(Notes);
        var path = NotePath(note.Location);
        var unfinished = $"{path}.{Guid.NewGuid():N}.part";
        File.WriteAllText(unfinished, JsonSerializer.Serialize(note));
        File.Move(unfinished, path, overwrite: true);
    }

    private static Note? ReadNote(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Note>(File.ReadAllText(path));
        }
        catch (Exception ex) when (ex is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <param name="Media">Like the captions' path, relative to the store, which may be moved.</param>
    private sealed record Note(string Location, string Media, string? Captions, bool Keep, FetchedFacts? Facts);
}

/// <summary>What lies in the store for one address.</summary>
internal sealed record StoredMedia(string MediaPath, string? CaptionPath, bool Keep, FetchedFacts? Facts)
{
    public FetchedMedia For(DiscoveredSource work) =>
        new(Facts is null ? work.Source : work.Source with { Facts = Facts.Over(work.Source.Facts) }, MediaPath, CaptionPath, Temporary: !Keep);
}

/// <summary>What a place tells of a recording only when it is fetched; null where it does not tell.</summary>
internal sealed record FetchedFacts(string? Title, DateTimeOffset? PublishedAt, TimeSpan? Duration, string? Description, string? ThumbnailUrl)
{
    public SourceFacts Over(SourceFacts known) => known with
    {
        Title = Title is { } title && Uri.IsWellFormedUriString(known.Title, UriKind.Absolute) ? title : known.Title, // a list that told no title gave the address
        PublishedAt = PublishedAt ?? known.PublishedAt,
        Duration = Duration ?? known.Duration,
        Description = Description ?? known.Description,
        ThumbnailUrl = ThumbnailUrl ?? known.ThumbnailUrl,
    };
}

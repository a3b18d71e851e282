using System.Security.Cryptography;

namespace DrChaffee.Ingestion.ModelFiles;

/// <summary>
/// What the files of a model must hash to: what the catalogue pins, or what was found when they came, kept beside them in the form that <c>sha256sum -c</c> reads.
/// </summary>
internal sealed class ModelSums(ModelCatalogue catalogue)
{
    private const string Name = "SHA256SUMS";

    /// <summary>The model of a name, all its files there and as they must be.</summary>
    /// <exception cref="ModelException">It is not; the message says what to do.</exception>
    public async Task<ModelCard> RequireAsync(string name, ModelKind kind, CancellationToken cancellationToken)
    {
        var card = catalogue.Find(name) is { } found && found.Kind == kind ? found : throw new ModelException($"This program knows no model {name} of that kind; 'drchaffee models' lists them.");
        if (catalogue.Missing(card) is { Count: > 0 } missing)
            throw new ModelException($"{string.Join(" and ", missing.Select(file => file.Name))} of {name} {(missing.Count == 1 ? "is" : "are")} not in {catalogue.FolderOf(card)}; run 'drchaffee models fetch {name}'.");
        await CheckAsync(card, cancellationToken);
        return card;
    }

    /// <summary>Reads the files of a model and holds them against what they must be.</summary>
    /// <exception cref="ModelException">One is not what it must be.</exception>
    public async Task CheckAsync(ModelCard card, CancellationToken cancellationToken)
    {
        var kept = Read(card);
        foreach (var file in card.Files)
            if ((file.Sha256 ?? kept.GetValueOrDefault(file.Name)) is { } expected) await CheckAsync(card, file, expected, cancellationToken);
    }

    /// <summary>Keeps the hash of a file that came without one to hold it against.</summary>
    public async Task KeepAsync(ModelCard card, CancellationToken cancellationToken)
    {
        var kept = Read(card);
        foreach (var file in card.Files.Where(file => !kept.ContainsKey(file.Name))) kept[file.Name] = await HashAsync(catalogue.PathOf(card, file), cancellationToken);
        await WriteAsync(card, kept, cancellationToken);
    }

    /// <summary>Forgets the hashes of files that are about to come anew: only their own source says what they are now.</summary>
    public async Task DropAsync(ModelCard card, IReadOnlyList<ModelFile> files, CancellationToken cancellationToken)
    {
        var kept = Read(card);
        var known = kept.Count;
        foreach (var file in files) kept.Remove(file.Name);
        if (kept.Count < known) await WriteAsync(card, kept, cancellationToken);
    }

    /// <exception cref="ModelException">The file cannot be read.</exception>
    public static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, "read", ex);
        }
    }

    private async Task CheckAsync(ModelCard card, ModelFile file, string expected, CancellationToken cancellationToken)
    {
        var path = catalogue.PathOf(card, file);
        var found = await HashAsync(path, cancellationToken);
        if (!found.Equals(expected, StringComparison.OrdinalIgnoreCase))
            throw new ModelException($"{path} is not the file that belongs to {card.Name}: its SHA-256 is {found}, not {expected}. Delete it and run 'drchaffee models fetch {card.Name}'.");
    }

    private Dictionary<string, string> Read(ModelCard card)
    {
        var path = PathOf(card);
        try
        {
            return !File.Exists(path) ? new(StringComparer.Ordinal) : File.ReadLines(path)
                .Select(line => line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Where(parts => parts.Length == 2)
                .GroupBy(parts => parts[1].TrimStart('*'), StringComparer.Ordinal).ToDictionary(parts => parts.Key, parts => parts.Last()[0], StringComparer.Ordinal);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, "read", ex);
        }
    }

    private async Task WriteAsync(ModelCard card, Dictionary<string, string> kept, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllLinesAsync(PathOf(card), kept.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Value}  {k.Key}"), cancellationToken);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw Failed(PathOf(card), "written", ex);
        }
    }

    private string PathOf(ModelCard card) => Path.Combine(catalogue.FolderOf(card), Name);

    private static ModelException Failed(string path, string done, Exception exception) => new($"{path} cannot be {done}: {exception.Message.TrimEnd('.')}.", exception);
}

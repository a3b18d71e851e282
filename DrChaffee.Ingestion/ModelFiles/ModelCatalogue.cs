using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using DrChaffee.Domain.Settings;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.ModelFiles;

/// <summary>
/// Every model that this program knows: those of its own list, and those that a <c>model.json</c> in a folder of <c>MODELS_DIR</c> describes,
/// which win over the list.
/// </summary>
public sealed partial class ModelCatalogue(ChaffeeSettings settings, ILogger<ModelCatalogue> logger)
{
    private const string Description = "model.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly ModelCard[] Listed = ReadList();

    private readonly ConcurrentDictionary<string, string> _told = new(StringComparer.Ordinal);

    /// <summary>Those whose description can be read; one that cannot hides what the list has of that name, is logged, and stops no other model.</summary>
    public IReadOnlyList<ModelCard> All
    {
        get
        {
            var described = Descriptions();
            return [.. Listed.Where(card => !described.ContainsKey(card.Name)), .. described.Select(d => TryRead(d.Value, d.Key)).OfType<ModelCard>()];
        }
    }

    /// <summary>The models whose description cannot be read; <see cref="Find"/> says why.</summary>
    public IReadOnlyList<string> Broken => [.. Descriptions().Where(d => TryRead(d.Value, d.Key) is null).Select(d => d.Key)];

    /// <exception cref="ModelException">The description that a person wrote of it cannot be read.</exception>
    public ModelCard? Find(string name) => Descriptions().TryGetValue(name, out var path) ? Read(path, name) : Listed.FirstOrDefault(card => card.Name == name);

    /// <exception cref="ModelException">There is no such model, or its description cannot be read.</exception>
    public ModelCard Fetchable(string name) => Find(name) ?? throw new ModelException($"This program knows no model {name} that is fetched; 'drchaffee models' lists them.");

    /// <summary>Call at the start: a name that this program does not know would be passed over in every search, or in every recording.</summary>
    /// <exception cref="SettingsException">A setting names no model of its kind; every such fault is listed.</exception>
    public void CheckSettings()
    {
        var faults = new[]
        {
            Fault("RERANKER_MODEL", settings.RerankerModel, ModelKind.Reranker),
            Fault("WHISPER_MODEL", settings.Transcription.WhisperModel, ModelKind.Whisper),
            Fault("WHISPER_REFINE_MODEL", settings.Transcription.WhisperRefineModel, ModelKind.Whisper),
        }.OfType<string>().ToArray();
        if (faults.Length > 0) throw new SettingsException(faults);
    }

    private string? Fault(string variable, string? name, ModelKind kind)
    {
        if (name is null || Broken.Contains(name, StringComparer.Ordinal)) return null;
        var known = All.Where(card => card.Kind == kind).Select(card => card.Name).ToArray();
        return known.Contains(name, StringComparer.Ordinal) ? null : $"{variable} is '{name}'; write {string.Join(" or ", known)}.";
    }

    public string FolderOf(ModelCard card) => Path.Combine(settings.ModelsDirectory, card.Name);

    public string PathOf(ModelCard card, ModelFile file) => Path.Combine(FolderOf(card), file.Name);

    /// <summary>The files that are not in its folder; none where it can be used.</summary>
    public IReadOnlyList<ModelFile> Missing(ModelCard card) => [.. card.Files.Where(file => !File.Exists(PathOf(card, file)))];

    /// <summary>Where each description that a person wrote lies, by the model's name.</summary>
    private SortedDictionary<string, string> Descriptions()
    {
        SortedDictionary<string, string> found = new(StringComparer.Ordinal);
        if (!Directory.Exists(settings.ModelsDirectory)) return found;
        foreach (var folder in Directory.EnumerateDirectories(settings.ModelsDirectory))
            if (Path.Combine(folder, Description) is var path && File.Exists(path)) found[Path.GetFileName(folder)] = path;
        return found;
    }

    private ModelCard? TryRead(string path, string name)
    {
        try
        {
            return Read(path, name);
        }
        catch (ModelException ex)
        {
            if (!_told.TryGetValue(name, out var told) || told != ex.Message) LogBroken(_told[name] = ex.Message); // once: the list is read every few seconds
            return null;
        }
    }

    private static ModelCard Read(string path, string name)
    {
        try
        {
            using var file = File.OpenRead(path);
            var card = JsonSerializer.Deserialize<ModelCard>(file, Json) ?? throw new JsonException("it holds no model");
            card = card with { Name = name, Files = [.. card.Files.Select(f => f with { Sha256 = f.Sha256?.ToLowerInvariant() })] };
            return card.Fault is { } fault ? throw new ModelException($"{path} cannot be used: {fault}.") : card;
        }
        catch (Exception ex) when (ex is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} cannot be read: {ex.Message.TrimEnd('.')}.", ex);
        }
    }

    private static ModelCard[] ReadList()
    {
        using var stream = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("DrChaffee.Ingestion.ModelFiles.catalogue.json")!;
        return JsonSerializer.Deserialize<ModelCard[]>(stream, Json)!;
    }

    [LoggerMessage(LogLevel.Warning, "A model is left out: {Reason}")]
    private partial void LogBroken(string reason);
}

using System.Text.Json;
using System.Text.Json.Serialization;
using DrChaffee.Domain.Settings;

namespace DrChaffee.Ingestion.ModelFiles;

/// <summary>
/// Every model for ONNX Runtime that this program knows: those of its own list, and those that a <c>model.json</c> in a folder of <c>MODELS_DIR</c> describes,
/// which win over the list.
/// </summary>
public sealed class ModelCatalogue(ChaffeeSettings settings)
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

    /// <exception cref="ModelException">A description that a person wrote cannot be read.</exception>
    public IReadOnlyList<ModelCard> All
    {
        get
        {
            var own = Own().ToDictionary(card => card.Name, StringComparer.Ordinal);
            return [.. Listed.Where(card => !own.ContainsKey(card.Name)), .. own.Values];
        }
    }

    public ModelCard? Find(string name) => All.FirstOrDefault(card => card.Name == name);

    public string FolderOf(ModelCard card) => Path.Combine(settings.ModelsDirectory, card.Name);

    public string PathOf(ModelCard card, ModelFile file) => Path.Combine(FolderOf(card), file.Name);

    /// <summary>The files that are not in its folder; none where it can be used.</summary>
    public IReadOnlyList<ModelFile> Missing(ModelCard card) => [.. card.Files.Where(file => !File.Exists(PathOf(card, file)))];

    private IEnumerable<ModelCard> Own()
    {
        if (!Directory.Exists(settings.ModelsDirectory)) yield break;
        foreach (var folder in Directory.EnumerateDirectories(settings.ModelsDirectory).Order(StringComparer.Ordinal))
            if (Path.Combine(folder, Description) is var path && File.Exists(path)) yield return Read(path, Path.GetFileName(folder));
    }

    private static ModelCard Read(string path, string name)
    {
        try
        {
            using var file = File.OpenRead(path);
            var card = JsonSerializer.Deserialize<ModelCard>(file, Json)! with { Name = name };
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
}

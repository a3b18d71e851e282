using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Benchmarks.Pipeline;

/// <summary>Where the model of voice activity lies: in MODELS_DIR, or else in the folder of models beside the repository.</summary>
internal static class Models
{
    public static string Find(ChaffeeSettings settings)
    {
        if (Directory.Exists(Path.Combine(settings.ModelsDirectory, VoiceDetector.ModelName))) return settings.ModelsDirectory;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "shared", "models") is var models && Directory.Exists(Path.Combine(models, VoiceDetector.ModelName))) return models;
        return settings.ModelsDirectory;
    }
}

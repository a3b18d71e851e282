using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Ingestion.Transcription.Local;
using DrChaffee.Ingestion.Transcription.WhisperNet;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Transcription;

internal static partial class TranscriptionServices
{
    static partial void AddWhisper(IServiceCollection services)
    {
        services.AddSingleton<ISpeechEngine>(provider => new WhisperNetEngine(provider.GetRequiredService<GpuProbe>().IsAvailable));
        services.AddSingleton<ITranscriber>(provider => new LocalTranscriber(
            provider.GetRequiredService<ISpeechEngine>(), provider.GetRequiredService<ChaffeeSettings>(), provider.GetRequiredService<ModelCatalogue>(),
            provider.GetRequiredService<ModelSums>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LocalTranscriber>>()));
    }
}

using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Transcription.Endpoint;
using DrChaffee.Ingestion.Transcription.Review;
using DrChaffee.Ingestion.VoiceActivity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DrChaffee.Ingestion.Transcription;

internal static partial class TranscriptionServices
{
    /// <summary>Who writes down what was said, those to prefer first: what a person wrote, then the server that the environment names, then Whisper in this process.</summary>
    public static IServiceCollection AddTranscribers(this IServiceCollection services)
    {
        services.AddSingleton<VoiceDetector>().AddSingleton(provider => new VoiceActivityState(provider.GetRequiredService<VoiceDetector>()));
        services.AddSingleton<SendingBudget>();
        services.AddSingleton<ITranscriber, CaptionTranscriber>();
        services.AddSingleton<ITranscriber>(provider => new OpenAiTranscriber(
            provider.GetRequiredService<ChaffeeSettings>(), provider.GetRequiredService<SendingBudget>(), provider.GetRequiredService<TimeProvider>()));
        AddWhisper(services);
        services.AddSingleton<ReviewMemory>().AddSingleton<PassageRebuild>().AddSingleton(provider => new ReviewBook(
            provider.GetRequiredService<IDbContextFactory<ChaffeeDbContext>>(), provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<PassageRebuild>(),
            provider.GetRequiredService<VectorUpkeep>(), provider.GetRequiredService<DatabaseState>(), provider.GetRequiredService<ChaffeeSettings>()));
        return services.AddSingleton(provider => new Transcribers(provider.GetServices<ITranscriber>()));
    }

    /// <summary>Whisper in this process, where the program was built with it.</summary>
    static partial void AddWhisper(IServiceCollection services);
}

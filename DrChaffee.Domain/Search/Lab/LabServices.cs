using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Search.Query;
using DrChaffee.Domain.Search.Words;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Domain.Search.Lab;

internal static class LabServices
{
    /// <summary>Looks into the search, and measures it by what people judged.</summary>
    public static void AddSearchLab(this IServiceCollection services)
    {
        services.AddSingleton<JudgmentBook>();
        services.AddSingleton<JudgmentReader>();
        services.AddSingleton<JudgmentReplay>();
        services.AddSingleton<JudgmentExport>();
        services.AddSingleton<LabPassages>();
        services.AddSingleton(provider => new SearchLab(
            provider.GetRequiredService<HybridSearch>(), provider.GetRequiredService<LabPassages>(), provider.GetRequiredService<JudgmentReader>(), provider.GetRequiredService<Highlighter>()));
        services.AddSingleton(provider => new MeaningPlan(
            provider.GetRequiredService<FilterResolver>(), provider.GetRequiredService<PhraseFilter>(), provider.GetRequiredService<Spelling>(),
            provider.GetRequiredService<QuestionEmbedder>(), provider.GetRequiredService<WordsLeg>(), provider.GetRequiredService<LibraryIndexFollower>(), provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<ILogger<MeaningPlan>>()));
    }
}

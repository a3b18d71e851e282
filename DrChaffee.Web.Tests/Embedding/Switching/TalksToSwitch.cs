using DrChaffee.Domain.Search;
using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Embedding.Switching;

/// <summary>A library of three talks, and an engine that offers another model for it.</summary>
internal sealed class TalksToSwitch(TestDatabase database) : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public TestFolder Folder { get; } = new();

    public GatedEngine Engine { get; } = new();

    public async Task<IngestionProcess> ProcessAsync()
    {
        await database.ClearAsync();
        var process = new IngestionProcess(database, engine: Engine);
        foreach (var name in (string[])["one", "two", "three"]) Folder.WriteSrt($"{name}.srt", $"This is talk {name} about salt and blood pressure.");
        await process.ImportAsync(Folder.Path, Token);
        return process;
    }

    public static async Task SwitchAsync(IngestionProcess process)
    {
        await process.Get<ModelChoice>().UseAsync(GatedEngine.Model, Token);
        Assert.Equal(SwitchOutcome.Done, await process.Get<ModelSwitch>().RunAsync(null, Token));
    }

    /// <summary>The models that the library holds vectors of, as <c>name standing embedded/passages</c>.</summary>
    public static async Task<string> StandingsAsync(IngestionProcess process) => string.Join(", ", (await process.Get<ModelOverview>().ListAsync(Token))
        .Where(model => model.Embedded is not null).Select(model => $"{model.Name} {model.Standing.ToString().ToLowerInvariant()} {model.Embedded}/{model.Passages}"));

    public static async Task<LegReport> LegAsync(IngestionProcess process) =>
        (await process.Get<HybridSearch>().FindAsync(new SearchRequest("salt pressure") { Mode = SearchMode.Semantic }, Token)).Legs.Single(leg => leg.Name == LegReport.Meaning);

    public void Dispose() => Folder.Dispose();
}

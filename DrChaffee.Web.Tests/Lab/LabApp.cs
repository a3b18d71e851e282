using System.Net.Http.Json;
using DrChaffee.Domain.Search;
using DrChaffee.Ingestion.Import;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Lab;

/// <summary>The program with an empty library to which each test adds its talks, and a model whose order of answers can be told by hand.</summary>
public sealed class LabApp : ChaffeeApp
{
    private readonly TestFolder _folder = new();

    public FakeEmbedder Embedder { get; } = new();

    /// <summary>Writes or rewrites a talk, two seconds a line, takes it in and gives its key.</summary>
    public async Task<string> TalkAsync(string name, params string[] lines)
    {
        var file = _folder.WriteSrt($"show/{name}.srt", lines);
        var report = await Services.GetRequiredService<TranscriptImporter>().ImportAsync([file], observer: null, CancellationToken.None);
        Assert.Equal(1, report.Counts.Done);
        await Services.GetRequiredService<HybridSearch>().CatchUpAsync(CancellationToken.None);
        return (await Database.ScalarAsync<string>($"SELECT key FROM sources WHERE origin LIKE '%{name}.srt'"))!;
    }

    /// <summary>An empty library, with nothing judged.</summary>
    public async Task<HttpClient> StartAsync()
    {
        var client = await SignedInClientAsync();
        await Database.ScalarAsync<object>("DELETE FROM search_judgments; DELETE FROM sources");
        await Services.GetRequiredService<HybridSearch>().CatchUpAsync(CancellationToken.None);
        return client;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services => services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(Embedder));
    }

    protected override Task FillAsync() => Task.CompletedTask;
}

internal static class Judging
{
    public static async Task<HttpResponseMessage> JudgeAsync(this HttpClient client, string query, string sourceKey, double start, int grade) =>
        await client.PutAsJsonAsync("/api/admin/lab/judgments", new { query, source_key = sourceKey, start, grade }, TestContext.Current.CancellationToken);
}

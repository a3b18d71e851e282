using System.Diagnostics;
using System.Globalization;
using DrChaffee.Domain;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Embedding;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Benchmarks;

/// <summary>Asks a library many questions, one after another, and tells how long each mode takes.</summary>
internal static class SearchLatency
{
    private const int WarmUp = 20;

    public static async Task<int> RunAsync(string[] args)
    {
        var count = args is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 300;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddDomain(ChaffeeSettings.Read(builder.Configuration)).AddSearchFollowing().AddShippedEmbedder();
        using var host = builder.Build();
        await host.StartAsync();

        var questions = await QuestionsAsync(host.Services, count + WarmUp);
        var search = host.Services.GetRequiredService<HybridSearch>();
        while ((await search.FindAsync(new SearchRequest("loading"), CancellationToken.None)).Legs.Any(leg => leg.State == LegState.Loading))
            await Task.Delay(TimeSpan.FromMilliseconds(200));

        Console.WriteLine($"{count} questions, one at a time, 20 results each; process memory {Environment.WorkingSet / 1_000_000} MB");
        Console.WriteLine("mode      p50 ms  p95 ms  p99 ms  max ms");
        foreach (var mode in Enum.GetValues<SearchMode>())
            Console.WriteLine(await MeasureAsync(search, mode, questions));
        await host.StopAsync();
        return 0;
    }

    private static async Task<string> MeasureAsync(HybridSearch search, SearchMode mode, IReadOnlyList<string> questions)
    {
        List<double> times = [];
        foreach (var (question, at) in questions.Select((question, at) => (question, at)))
        {
            var started = Stopwatch.GetTimestamp();
            await search.FindAsync(new SearchRequest(question) { Mode = mode }, CancellationToken.None);
            if (at >= WarmUp) times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{mode,-8} {At(.5),7:F1} {At(.95),7:F1} {At(.99),7:F1} {times[^1],7:F1}");

        double At(double share) => times[(int)Math.Ceiling(share * times.Count) - 1];
    }

    /// <summary>Every question is four to nine running words of some passage: common and rare words mixed as people speak them. The same each time on the same library.</summary>
    private static async Task<IReadOnlyList<string>> QuestionsAsync(IServiceProvider services, int count)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<ChaffeeDbContext>>().CreateDbContextAsync();
        var passages = await db.Passages.CountAsync();
        var random = new Random(1);
        List<string> questions = [];
        while (questions.Count < count)
        {
            var text = await db.Passages.OrderBy(p => p.Id).Skip(random.Next(passages)).Select(p => p.Text).FirstAsync();
            var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var length = random.Next(4, 10);
            if (words.Length > length) questions.Add(string.Join(' ', words.Skip(random.Next(words.Length - length)).Take(length)));
        }

        return questions;
    }
}

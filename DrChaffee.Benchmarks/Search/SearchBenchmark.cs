using System.Diagnostics;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Ingestion.Evaluation;
using Npgsql;

namespace DrChaffee.Benchmarks.Search;

/// <summary>Measures, one after another: the legs and hybrid in this process, recall against an exact scan, and the web server under load.</summary>
internal sealed class SearchBenchmark(ScratchDatabase scratch, Action<string> tell)
{
    private const int WarmUp = 30;
    private const int Depth = 20;
    private const int ExactQuestions = 50;

    public async Task<SearchReport> RunAsync(string data, int passages, int questions, int httpSeconds)
    {
        var build = await new BenchmarkLibrary(scratch).FillAsync(data, passages, tell);
        var search = scratch.Get<HybridSearch>();
        tell("loading the words index");
        await search.CatchUpAsync(CancellationToken.None);
        var asked = new Questions(scratch.Get<NpgsqlDataSource>());

        tell("asking each leg and both");
        Dictionary<SearchMode, Latency> times = [];
        foreach (var mode in Enum.GetValues<SearchMode>())
            times[mode] = await TimeAsync(await asked.NextAsync(questions + WarmUp), question => search.FindAsync(new SearchRequest(question.Text) { Mode = mode }, CancellationToken.None));
        var narrowed = await asked.NextAsync((questions + WarmUp) / 3 + 1);
        var filtered = await TimeAsync([.. narrowed.SelectMany(question => question.Narrowed.Select(_ => question))], (question, at) =>
            search.FindAsync(new SearchRequest(question.Text) { Filter = question.Narrowed[at % question.Narrowed.Count].Filter }, CancellationToken.None));

        tell("comparing with an exact scan");
        var scan = await ExactScan.LoadAsync(scratch.Get<NpgsqlDataSource>());
        var exact = await TimeAsync(await asked.NextAsync(ExactQuestions + 5), async question => scan.Nearest(await VectorAsync(question.Text), Depth), warmUp: 5);
        var recall = new RecallMeter(scan, scratch.Get<MeaningLeg>(), scratch.Get<FilterResolver>(), VectorAsync);
        var compared = await asked.NextAsync(questions);
        var open = await recall.OpenAsync(compared, Depth);
        var by = await recall.NarrowedAsync(compared, Depth);

        HttpReport? http = null;
        double memory = 0;
        if (httpSeconds > 0)
        {
            tell("asking the web server");
            await using var server = await WebProcess.StartAsync(scratch.ConnectionString);
            http = await HttpLoad.RunAsync(server.Address, [.. (await asked.NextAsync(4_000)).Select(q => q.Text)], TimeSpan.FromSeconds(httpSeconds));
            memory = server.PeakMegabytes();
        }

        return new SearchReport
        {
            Passages = scan.Places.Length,
            Questions = questions,
            HybridP50Ms = times[SearchMode.Hybrid].At(.5),
            HybridP95Ms = times[SearchMode.Hybrid].At(.95),
            KeywordP50Ms = times[SearchMode.Keyword].At(.5),
            KeywordP95Ms = times[SearchMode.Keyword].At(.95),
            SemanticP50Ms = times[SearchMode.Semantic].At(.5),
            SemanticP95Ms = times[SearchMode.Semantic].At(.95),
            FilteredP95Ms = filtered.At(.95),
            ExactP50Ms = exact.At(.5),
            RecallAt20 = open,
            FilteredRecallAt20 = Math.Round(by.Values.Average(), 4),
            FilteredRecallBy = by,
            MemoryMb = memory,
            BuildS = Math.Round(build, 1),
            Http = http,
        };
    }

    private async Task<float[]> VectorAsync(string question) =>
        Array.ConvertAll((await scratch.Get<QuestionEmbedder>().EmbedAsync(question, CancellationToken.None)).Vector.ToArray(), half => (float)half);

    private static Task<Latency> TimeAsync(IReadOnlyList<Question> questions, Func<Question, Task> ask, int warmUp = WarmUp) => TimeAsync(questions, (question, _) => ask(question), warmUp);

    private static async Task<Latency> TimeAsync(IReadOnlyList<Question> questions, Func<Question, int, Task> ask, int warmUp = WarmUp)
    {
        var times = new Latency();
        foreach (var (at, question) in questions.Index())
        {
            var started = Stopwatch.GetTimestamp();
            await ask(question, at);
            if (at >= warmUp) times.Add(Stopwatch.GetElapsedTime(started));
        }

        return times;
    }
}

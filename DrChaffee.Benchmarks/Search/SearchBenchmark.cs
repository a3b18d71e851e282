using System.Diagnostics;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Search.Words;
using DrChaffee.Ingestion.Evaluation;
using Npgsql;

namespace DrChaffee.Benchmarks.Search;

/// <summary>Measures, one after another: the legs and hybrid in this process, recall against an exact scan, and the web server under load.</summary>
internal sealed class SearchBenchmark(ScratchDatabase scratch, Action<string> tell)
{
    private const int WarmUp = 150;
    private const int Depth = 20;
    private const int ExactQuestions = 50;
    private const int ScannedQuestions = 25;
    private const int GeneratedQueries = 5_000;

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
        var leg = scratch.Get<MeaningLeg>();
        var nearest = await TimeAsync(await asked.NextAsync(questions + WarmUp),
            async question => await leg.FindAsync(await leg.EmbedAsync(question.Text, CancellationToken.None), PassageFilter.None, Depth, others: null, CancellationToken.None));
        var narrowed = await asked.NextAsync((questions + WarmUp) / 3 + 1);
        var filtered = await TimeAsync([.. narrowed.SelectMany(question => question.Narrowed.Select(_ => question))], (question, at) =>
            search.FindAsync(new SearchRequest(question.Text) { Filter = question.Narrowed[at % question.Narrowed.Count].Filter }, CancellationToken.None));

        tell("asking what no person means");
        var noise = await TimeNoiseAsync(search);

        tell("comparing with an exact scan");
        var scan = await ExactScan.LoadAsync(scratch.Get<NpgsqlDataSource>());
        var exact = await TimeAsync(await asked.NextAsync(ExactQuestions + 5), async question => scan.Nearest(await VectorAsync(question.Text), Depth), warmUp: 5);
        var recall = new RecallMeter(scan, leg, scratch.Get<NearestVectors>(), scratch.Get<QuestionEmbedder>(), scratch.Get<FilterResolver>(), scratch.Get<NpgsqlDataSource>());
        var compared = await asked.NextAsync(questions);
        var open = await recall.OpenAsync(compared, Depth);
        var by = await recall.NarrowedAsync(compared, Depth);
        var databaseExact = await recall.DatabaseScanAsync(await asked.NextAsync(ScannedQuestions), Depth);
        var (hnsw, hnswTimes) = await recall.DatabaseAsync(compared, Depth);

        HttpReport? http = null;
        double memory = 0;
        if (httpSeconds > 0)
        {
            tell("asking the web server");
            await using var server = await WebProcess.StartAsync(scratch.ConnectionString);
            http = await HttpLoad.RunAsync(server.Address, [.. (await asked.NextAsync(8_000)).Select(q => q.Text)], TimeSpan.FromSeconds(httpSeconds));
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
            GeneratedQueries = GeneratedQueries,
            GeneratedP99Ms = noise.At(.99),
            GeneratedMaxMs = noise.Worst,
            NearestP50Ms = nearest.At(.5),
            ExactP50Ms = exact.At(.5),
            DatabaseExactP50Ms = databaseExact.At(.5),
            RecallAt20 = open,
            FilteredRecallAt20 = Math.Round(by.Values.Average(), 4),
            FilteredRecallBy = by,
            HnswRecallAt20 = hnsw,
            HnswP50Ms = hnswTimes.At(.5),
            MemoryMb = memory,
            BuildS = Math.Round(build, 1),
            Http = http,
        };
    }

    /// <summary>Queries of any kind, half of whose words are the library's; one that fails ends the run.</summary>
    private async Task<Latency> TimeNoiseAsync(HybridSearch search)
    {
        await scratch.Get<CorpusWords>().ReadAsync(CancellationToken.None); // what misspelt words are put right by
        var words = scratch.Get<CorpusWords>().Complete("", 20_000);
        var times = new Latency();
        foreach (var query in QueryNoise.Queries(seed: 3, GeneratedQueries, words))
        {
            var started = Stopwatch.GetTimestamp();
            await search.FindAsync(new SearchRequest(query), CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(started));
        }

        return times;
    }

    private async Task<float[]> VectorAsync(string question) =>
        (await scratch.Get<QuestionEmbedder>().EmbedAsync(question, CancellationToken.None)).Components;

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

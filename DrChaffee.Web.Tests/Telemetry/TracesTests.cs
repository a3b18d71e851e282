using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Telemetry;

public sealed class TracesTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_collector_gets_a_search_with_its_legs_and_never_what_was_asked()
    {
        await using var library = new TestDatabase(); // in the others' stands a model that this server cannot ask
        await library.InitializeAsync();
        var sent = new ConcurrentQueue<(string Path, string Text)>();
        await using var collector = await CollectorAsync(sent);
        using var talks = new TestFolder();
        await using (var process = new IngestionProcess(library, realEmbedder: true))
            await process.ImportAsync(talks.WriteSrt("kidneys.srt", "The kidneys keep the salt of the blood in balance, day and night."), Token);
        await using var server = await ServedProcess.StartAsync(
            [.. Variables(collector, library), ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_METRIC_EXPORT_INTERVAL", "500")]);
        using var client = server.Client();

        string Traces() => string.Concat(sent.Where(body => body.Path == "/v1/traces").Select(body => body.Text));
        string[] told = ["/api/search", "search words", "search meaning", "embed question", "service.name", "drchaffee", "to_tsvector"];
        await Poll.UntilAsync(async () =>
        {
            await client.JsonAsync("/api/search?q=kidneys+zebrafinch"); // its words are looked up once the index is loaded
            return told.All(text => Traces().Contains(text, StringComparison.Ordinal)) && sent.Any(body => body.Path == "/v1/metrics" && body.Text.Contains("drchaffee.search.duration", StringComparison.Ordinal));
        });

        Assert.DoesNotContain("transaction_read_only", Traces(), StringComparison.Ordinal); // asked every few seconds, for no request
        Assert.DoesNotContain("zebrafinch", string.Concat(sent.Select(body => body.Text)), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_command_sends_its_own_before_it_ends()
    {
        var sent = new ConcurrentQueue<(string Path, string Text)>();
        await using var collector = await CollectorAsync(sent);
        using var talks = new TestFolder();
        var run = await ProgramRun.RunAsync(["import", talks.WriteSrt("lungs.srt", "The lungs take in the air that the blood carries on.")], [.. Variables(collector, database)]);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(sent, body => body.Path == "/v1/traces" && body.Text.Contains("ingest store", StringComparison.Ordinal));
        Assert.Contains(sent, body => body.Path == "/v1/metrics" && body.Text.Contains("drchaffee.ingestion.stage.duration", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_stage_that_a_recording_passes_is_a_span_that_names_it_within_its_run()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "DrChaffee.Ingestion",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var talks = new TestFolder();
        SampleTalks.Write(talks);
        await using var process = new IngestionProcess(database);
        var report = await process.IngestAsync(talks.Path, Token);
        var key = await database.ScalarAsync<string>("SELECT key FROM sources WHERE title ILIKE '%tired%'");

        var run = spans.Single(span => Equals(span.GetTagItem("drchaffee.run.id"), report.RunId)); // other tests make spans too
        var passed = spans.Where(span => span.ParentSpanId == run.SpanId && Equals(span.GetTagItem("drchaffee.source.key"), key)).ToList();

        Assert.Equal(
            ["ingest fetch", "ingest decode", "ingest transcribe", "ingest identify_speakers", "ingest chunk", "ingest embed", "ingest store"],
            passed.OrderBy(span => span.StartTimeUtc).Select(span => span.OperationName));
        Assert.All(passed, span => Assert.Equal("done", span.GetTagItem("ingestion.outcome")));
        Assert.Equal("ingest", run.OperationName);
    }

    /// <summary>Takes whatever it is sent, by HTTP.</summary>
    private static Task<LocalServer> CollectorAsync(ConcurrentQueue<(string Path, string Text)> sent) => LocalServer.StartAsync(async context =>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        sent.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
        context.Response.ContentType = "application/x-protobuf";
    });

    private static (string Name, string? Value)[] Variables(LocalServer collector, TestDatabase library) =>
        [("DATABASE_URL", library.ConnectionString), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];
}

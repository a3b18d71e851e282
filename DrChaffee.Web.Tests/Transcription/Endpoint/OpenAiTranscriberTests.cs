using System.Globalization;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Transcription.Endpoint;
using DrChaffee.Ingestion.VoiceActivity;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Transcription.Endpoint;

public sealed class OpenAiTranscriberTests : IAsyncLifetime
{
    private const string Key = "sk-secret-0123456789";

    private readonly TestFolder _folder = new();
    private SpeakingServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await SpeakingServer.StartAsync();

    [Theory]
    [InlineData("beside")]
    [InlineData("within")]
    [InlineData("none")]
    public async Task A_long_recording_goes_in_pieces_and_comes_back_as_one(string words)
    {
        _server.Words = words;
        const double Seconds = 1_500;
        using var transcriber = Transcriber();

        var said = await transcriber.TranscribeAsync(Audio(Seconds), new Progress<double>(), Token);

        Assert.Equal(SpeakingServer.Talk(Seconds), said.Lines.SelectMany(line => line.Text.Split(' ')));
        Assert.Equal(4, _server.Calls.Count); // it is quietest where a piece may end first
        Assert.All(_server.Calls, call => Assert.InRange(call.Seconds, 1, OpenAiTranscriber.Rule.Longest.TotalSeconds));
        Assert.Equal(("openai", "whisper-1"), (said.Engine.Name, said.Engine.Model));
        Assert.All(said.Lines, line => Assert.Equal(-0.25f, line.Quality!.AvgLogprob));
        foreach (var line in said.Lines)
        {
            var place = (line.Text.Split(' ') is [var first, ..] && first.StartsWith("Word", StringComparison.Ordinal) ? int.Parse(first[4..], CultureInfo.InvariantCulture) : -1) * 0.4;
            if (place >= 0) Assert.Equal(place, line.Start.TotalSeconds, words == "none" ? 0.4 : 0.05);
            Assert.Equal(words != "none", line.Words is not null);
        }
    }

    [Fact]
    public async Task Pieces_are_cut_where_nobody_speaks_and_long_silences_are_not_sent()
    {
        using var transcriber = Transcriber();
        SpeechStretch[] speech = [Stretch(10, 400), Stretch(404, 700), Stretch(1_000, 1_040)];

        var said = await transcriber.TranscribeAsync(Audio(1_100) with { Speech = speech }, new Progress<double>(), Token);

        Assert.Equal([394.2, 300.2, 40.4], _server.Calls.Select(call => Math.Round(call.Seconds, 1)));
        var words = said.Lines.SelectMany(line => line.Text.Split(' ')).Where(word => word != "the,").ToList();
        Assert.Equal(words.Distinct(), words);
        Assert.Equal(SpeakingServer.Talk(700).Skip(25).Where(word => word != "the,"), words.TakeWhile(word => word != "Word2500").Where(word => int.Parse(word[4..], CultureInfo.InvariantCulture) < 1750 && int.Parse(word[4..], CultureInfo.InvariantCulture) >= 25));
        Assert.DoesNotContain(said.Lines, line => line.Start.TotalSeconds is > 702 and < 998);
    }

    [Fact]
    public async Task The_form_holds_what_the_protocol_names()
    {
        using var transcriber = Transcriber(language: "en");

        await transcriber.TranscribeAsync(Audio(5), new Progress<double>(), Token);

        var (fields, _, key) = Assert.Single(_server.Calls);
        Assert.Equal(new Dictionary<string, string> { ["model"] = "whisper-1", ["response_format"] = "verbose_json", ["language"] = "en", ["timestamp_granularities[]"] = "segment,word" }, fields);
        Assert.Equal($"Bearer {Key}", key);
    }

    [Fact]
    public async Task A_busy_or_broken_server_is_asked_again_when_it_says()
    {
        using var transcriber = Transcriber();
        _server.First.Enqueue(context => Fail(context, 503, ""));
        _server.First.Enqueue(context =>
        {
            context.Response.Headers.RetryAfter = "0";
            return Fail(context, 429, "slow down");
        });
        _server.First.Enqueue(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        _server.First.Enqueue(context => SpeakingServer.WriteAsync(context, 200, """{"text": "cut of"""));

        var said = await transcriber.TranscribeAsync(Audio(5), new Progress<double>(), Token);

        Assert.Equal(SpeakingServer.Talk(5), said.Lines.SelectMany(line => line.Text.Split(' ')));
        Assert.Equal(5, _server.Calls.Count);
    }

    [Fact]
    public async Task Retry_After_is_waited_for_and_no_longer_than_reason()
    {
        var time = new FakeTimeProvider();
        using var transcriber = Transcriber(time: time, pause: TimeSpan.FromMilliseconds(1));
        _server.First.Enqueue(context =>
        {
            context.Response.Headers.RetryAfter = "86400";
            return Fail(context, 429, "");
        });

        var answer = transcriber.TranscribeAsync(Audio(5), new Progress<double>(), Token);
        await Poll.UntilAsync(() => Task.FromResult(_server.Calls.Count == 1));
        await Task.Delay(300, Token);
        time.Advance(TimeSpan.FromSeconds(110));
        await Task.Delay(300, Token);
        var (early, calls) = (answer.IsCompleted, _server.Calls.Count);
        await Poll.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(answer.IsCompleted);
        });

        Assert.Equal((false, 1), (early, calls));
        Assert.NotEmpty((await answer).Lines);
    }

    [Theory]
    [InlineData(401, """{"error":{"message":"Incorrect API key sk-secret-0123456789"}}""", FailureClass.Blocked, "refuses this machine or its key (401); check TRANSCRIPTION_API_KEY", 1)]
    [InlineData(403, "", FailureClass.Blocked, "refuses this machine or its key (403); check TRANSCRIPTION_API_KEY", 1)]
    [InlineData(429, """{"error":{"code":"insufficient_quota"}}""", FailureClass.Blocked, "says that the account's quota is used up (429)", 1)]
    [InlineData(429, "", FailureClass.Transient, "is busy or broken (429)", 6)]
    [InlineData(500, "oh", FailureClass.Transient, "is busy or broken (500: oh)", 6)]
    [InlineData(413, "", FailureClass.Unsupported, "takes no uploads of 10 minutes (413)", 1)]
    [InlineData(404, """{"error":"no model whisper-1"}""", FailureClass.Unsupported, """does not take the request (404: {"error":"no model whisper-1"}); check TRANSCRIPTION_BASE_URL and TRANSCRIPTION_MODEL""", 1)]
    [InlineData(400, """{"error":"response_format 'verbose_json' is not compatible with the model"}""", FailureClass.Unsupported, """does not take the request (400: {"error":"response_format 'verbose_json' is not compatible with the model"}); check TRANSCRIPTION_BASE_URL and TRANSCRIPTION_MODEL""", 1)]
    [InlineData(400, "failed to read audio data", FailureClass.Broken, "cannot read the audio (400: failed to read audio data)", 1)]
    [InlineData(302, "", FailureClass.Unsupported, "sends elsewhere (302); set TRANSCRIPTION_BASE_URL to that address", 1)]
    [InlineData(200, """{"text":"words without times"}""", FailureClass.Unsupported, "gives words without times; use a model that knows the form verbose_json", 1)]
    [InlineData(200, "{", FailureClass.Transient, "answers with JSON that cannot be read", 6)]
    public async Task Each_failure_has_its_class_and_its_sentence(int status, string body, FailureClass failureClass, string sentence, int calls)
    {
        using var transcriber = Transcriber();
        for (var i = 0; i < calls; i++) _server.First.Enqueue(context => Fail(context, status, body));

        var failed = await Assert.ThrowsAsync<SourceFailedException>(() => transcriber.TranscribeAsync(Audio(5), new Progress<double>(), Token));

        Assert.Equal((failureClass, $"The transcription endpoint at {_server.Address.Authority} {sentence}."), (failed.FailureClass, failed.Message));
        Assert.Equal(calls, _server.Calls.Count);
        Assert.DoesNotContain("sk-secret", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_instead_of_an_answer_is_told_as_such()
    {
        using var transcriber = Transcriber();
        _server.First.Enqueue(context => SpeakingServer.WriteAsync(context, 200, "<html>", "text/html"));

        var failed = await Assert.ThrowsAsync<SourceFailedException>(() => transcriber.TranscribeAsync(Audio(5), new Progress<double>(), Token));

        Assert.Equal(FailureClass.Unsupported, failed.FailureClass);
        Assert.EndsWith("answers with text/html instead of JSON; check TRANSCRIPTION_BASE_URL.", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_passing_failure()
    {
        await _server.DisposeAsync();
        using var transcriber = Transcriber();

        var failed = await Assert.ThrowsAsync<SourceFailedException>(() => transcriber.TranscribeAsync(Audio(5), new Progress<double>(), Token));

        Assert.Equal(FailureClass.Transient, failed.FailureClass);
    }

    [Fact]
    public async Task Cancelling_ends_it_at_once()
    {
        using var transcriber = Transcriber();
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _server.First.Enqueue(context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));

        var answer = transcriber.TranscribeAsync(Audio(5), new Progress<double>(), cancelled.Token);
        await Poll.UntilAsync(() => Task.FromResult(!_server.Calls.IsEmpty));
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer.WaitAsync(TimeSpan.FromSeconds(1), Token));
    }

    [Fact]
    public async Task What_would_cost_too_much_waits_before_anything_is_sent_and_failures_cost_nothing()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
        using var transcriber = Transcriber(hours: 1, time: time);
        _server.First.Enqueue(context => Fail(context, 400, "bad"));

        await Assert.ThrowsAsync<SourceFailedException>(() => transcriber.TranscribeAsync(Audio(2_000), new Progress<double>(), Token));
        await transcriber.TranscribeAsync(Audio(2_000), new Progress<double>(), Token);
        var sent = _server.Calls.Count;
        var refused = await Assert.ThrowsAsync<SourceWaitsException>(() => Transcriber(hours: 1, time: time).TranscribeAsync(Audio(2_000), new Progress<double>(), Token));
        var afterwards = _server.Calls.Count;
        time.Advance(TimeSpan.FromHours(13));
        await transcriber.TranscribeAsync(Audio(2_000), new Progress<double>(), Token);

        Assert.Equal("This recording would send 0.6 hours of audio for transcription, and 0.6 of the 1 hours that TRANSCRIPTION_HOURS_PER_DAY allows have been sent today (UTC); raise it, or wait until tomorrow.", refused.Message);
        Assert.Equal(sent, afterwards);
    }

    [Fact]
    public void Without_a_model_it_says_so_and_takes_nothing()
    {
        var settings = new ChaffeeSettings { ConnectionString = "" };
        using var transcriber = new OpenAiTranscriber(settings, new SendingBudget(settings, TimeProvider.System), TimeProvider.System);

        Assert.False(transcriber.CanTranscribe(Audio(1).Media));
        Assert.Equal("TRANSCRIPTION_MODEL is not set.", transcriber.State!.Missing);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private static Task Fail(HttpContext context, int status, string body) => SpeakingServer.WriteAsync(context, status, body);

    private OpenAiTranscriber Transcriber(int hours = 0, string? language = null, TimeProvider? time = null, TimeSpan? pause = null)
    {
        var endpoint = new TranscriptionEndpoint(_server.Address, "whisper-1", Key) { HoursPerDay = hours };
        var settings = new ChaffeeSettings { ConnectionString = "", DataDirectory = _folder.Path, Transcription = new TranscriptionSettings { Endpoint = endpoint, Language = language } };
        return new OpenAiTranscriber(settings, new SendingBudget(settings, time ?? TimeProvider.System), time ?? TimeProvider.System, pause ?? TimeSpan.FromMilliseconds(1));
    }

    private DecodedAudio Audio(double seconds)
    {
        var source = new ClaimedSource(1, "file-a", 1, new SourceFacts("file", "a", "A", null, null, null, null, "a"));
        var length = TimeSpan.FromSeconds(seconds);
        return new DecodedAudio(source, new FetchedMedia(source, "a.mp3", null), PcmFile.WriteRuler(_folder, $"{seconds}.wav", length), length);
    }

    private static SpeechStretch Stretch(double start, double end) => new(TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(end));
}

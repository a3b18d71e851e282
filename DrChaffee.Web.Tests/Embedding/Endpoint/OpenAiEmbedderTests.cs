using System.Collections.Concurrent;
using System.Text.Json;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Embedding.Endpoint;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Embedding.Endpoint;

public sealed class OpenAiEmbedderTests : IAsyncLifetime
{
    private const string Key = "sk-secret-0123456789";

    private readonly ConcurrentQueue<string[]> _asked = [];
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _first = [];
    private LocalServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await LocalServer.StartAsync(AnswerAsync);

    [Fact]
    public async Task Texts_go_in_batches_and_come_back_in_order_with_length_one()
    {
        using var embedder = Embedder();
        string[] texts = [.. Enumerable.Range(1, 150).Select(i => new string('a', i))];

        var vectors = await embedder.GenerateAsync(texts, cancellationToken: Token);

        Assert.Equal([64, 64, 22], _asked.Select(batch => batch.Length));
        Assert.Equal(150, vectors.Count);
        Assert.All(vectors.Select((v, i) => (v, i)), pair => Assert.Equal((pair.i + 1) / MathF.Sqrt((pair.i + 1) * (pair.i + 1) + 1), pair.v.Vector.Span[0], 1e-6f));
        Assert.Equal(("openai", "a-model", 2), Facts(embedder));
    }

    [Fact]
    public async Task A_busy_or_broken_server_is_asked_again_when_it_says()
    {
        using var embedder = Embedder();
        _first.Enqueue(context => Fail(context, 503, ""));
        _first.Enqueue(context =>
        {
            context.Response.Headers.RetryAfter = "0";
            return Fail(context, 429, "slow down");
        });
        _first.Enqueue(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        var vectors = await embedder.GenerateAsync(["salt"], cancellationToken: Token);

        Assert.Single(vectors);
        Assert.Equal(4, _asked.Count);
    }

    [Fact]
    public async Task An_answer_that_stops_in_the_middle_is_given_up()
    {
        var time = new FakeTimeProvider();
        using var embedder = Embedder(time: time);
        for (var i = 0; i < 10; i++) // the clock may run out before the answer begins: it is asked again, and stops again
        {
            _first.Enqueue(async context =>
            {
                await context.Response.WriteAsync("{");
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
            });
        }

        var answer = embedder.GenerateAsync(["salt"], cancellationToken: Token);
        await Poll.UntilAsync(() =>
        {
            if (!_asked.IsEmpty) time.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(answer.IsCompleted);
        });
        var failure = await Assert.ThrowsAsync<ModelException>(() => answer);

        Assert.EndsWith("does not answer in time.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_names_a_pause_of_hours_is_asked_again_after_a_minute()
    {
        var time = new FakeTimeProvider();
        using var embedder = Embedder(time: time);
        _first.Enqueue(context =>
        {
            context.Response.Headers.RetryAfter = "7200";
            return Fail(context, 429, "slow down");
        });

        var answer = embedder.GenerateAsync(["salt"], cancellationToken: Token);
        await Poll.UntilAsync(() =>
        {
            if (!_asked.IsEmpty) time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(answer.IsCompleted);
        });

        Assert.Single(await answer);
    }

    [Fact]
    public async Task A_wrong_key_is_told_without_the_key_and_without_asking_again()
    {
        using var embedder = Embedder();
        _first.Enqueue(context => Fail(context, 401, $"Incorrect API key provided: {Key}"));

        var failure = await Assert.ThrowsAsync<ModelException>(() => embedder.GenerateAsync(["salt"], cancellationToken: Token));

        Assert.Equal($"The embedding endpoint at {_server.Address.Authority} refuses the key (401); check EMBEDDING_API_KEY or OPENAI_API_KEY.", failure.Message);
        Assert.Single(_asked);
        Assert.DoesNotContain(Key, Endpoint().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_servers_own_reason_is_told_with_the_key_left_out()
    {
        using var embedder = Embedder();
        _first.Enqueue(context => Fail(context, 400, $"no model\nof that name for {Key}"));

        var failure = await Assert.ThrowsAsync<ModelException>(() => embedder.GenerateAsync(["salt"], cancellationToken: Token));

        Assert.Equal($"The embedding endpoint at {_server.Address.Authority} answers with an error (400): no model of that name for ….", failure.Message);
    }

    [Theory]
    [InlineData("""{"data":[]}""", "gives 0 vectors for 1 texts")]
    [InlineData("""{"data":[{"index":0,"embedding":[0,0]}]}""", "gives a vector of 2 numbers, or without a direction, where 2 are due")]
    [InlineData("""{"data":[{"index":0}]}""", "gives a vector of 0 numbers, or without a direction, where 0 are due")]
    [InlineData("<html>", "answers with something that is no list of embeddings")]
    public async Task An_answer_that_cannot_be_vectors_is_a_failure(string body, string sentence)
    {
        using var embedder = Embedder();
        _first.Enqueue(context => context.Response.WriteAsync(body));

        var failure = await Assert.ThrowsAsync<ModelException>(() => embedder.GenerateAsync(["salt"], cancellationToken: Token));

        Assert.Equal($"The embedding endpoint at {_server.Address.Authority} {sentence}.", failure.Message);
    }

    [Fact]
    public async Task A_model_that_the_catalogue_knows_gets_its_prefixes()
    {
        using var embedder = Embedder(new ModelCard { QueryPrefix = "query: ", PassagePrefix = "passage: " });

        await embedder.GenerateAsync(["salt"], new QuestionEmbeddingOptions(), Token);
        await embedder.GenerateAsync(["salt"], cancellationToken: Token);

        Assert.Equal(["query: salt", "passage: salt"], _asked.Select(batch => batch[0]));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static (string?, string?, int?) Facts(IEmbeddingGenerator embedder) =>
        embedder.GetService<EmbeddingGeneratorMetadata>() is { } facts ? (facts.ProviderName, facts.DefaultModelId, facts.DefaultModelDimensions) : default;

    private static Task Fail(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(reason);
    }

    private EmbeddingEndpoint Endpoint() => new(new Uri(_server.Address, "/v1"), "a-model", Key);

    private OpenAiEmbedder Embedder(ModelCard? card = null, TimeProvider? time = null) => new(Endpoint(), card, time ?? TimeProvider.System, firstPause: TimeSpan.FromMilliseconds(1));

    /// <summary>A text's vector is its length and one, unless a failure is due first; the last text's comes first.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        Assert.Equal(("/v1/embeddings", $"Bearer {Key}"), (context.Request.Path.Value, context.Request.Headers.Authorization.ToString()));
        using var question = await JsonDocument.ParseAsync(context.Request.Body);
        string[] texts = [.. question.RootElement.GetProperty("input").EnumerateArray().Select(text => text.GetString()!)];
        _asked.Enqueue(texts);
        if (_first.TryDequeue(out var instead)) await instead(context);
        else await context.Response.WriteAsJsonAsync(new { data = texts.Select((text, index) => new { index, embedding = new[] { text.Length, 1 } }).Reverse() });
    }
}

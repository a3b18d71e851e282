using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Numerics.Tensors;
using System.Text.Json;
using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.ModelFiles;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace DrChaffee.Ingestion.Embedding.Endpoint;

/// <summary>Embeds by a server that speaks OpenAI's protocol. What is busy or broken for a moment is asked again, when the server says where it says; a question waits for seconds only.</summary>
internal sealed class OpenAiEmbedder : IEmbeddingGenerator<string, Embedding<float>>
{
    private const int BatchSize = 64;
    private const int MostRetries = 5;
    private const int LongestReason = 200;
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestBatch = TimeSpan.FromMinutes(10); // all tries and pauses together, the bodies of the answers too
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly EmbeddingEndpoint _endpoint;
    private readonly ModelCard? _card;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;
    private EmbeddingGeneratorMetadata _metadata;

    /// <param name="card">How questions and passages begin, where the catalogue knows the model that the server runs.</param>
    public OpenAiEmbedder(EmbeddingEndpoint endpoint, ModelCard? card, TimeProvider time, TimeSpan? firstPause = null)
    {
        (_endpoint, _card, _time) = (endpoint, card, time);
        _metadata = Describe(null);
        var retries = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = MostRetries,
                Delay = firstPause ?? TimeSpan.FromSeconds(1),
                MaxDelay = LongestPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldRetryAfterHeader = false,
                DelayGenerator = attempt => ValueTask.FromResult(Named(attempt.Outcome.Result)),
            })
            .AddTimeout(LongestCall).Build();
        _client = new HttpClient(new ResilienceHandler(retries) { InnerHandler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) } }) { Timeout = Timeout.InfiniteTimeSpan };
        if (endpoint.ApiKey is { } key) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var question = options is QuestionEmbeddingOptions;
        var prefix = (question ? _card?.QueryPrefix : _card?.PassagePrefix) ?? "";
        GeneratedEmbeddings<Embedding<float>> embeddings = [];
        try
        {
            foreach (var batch in values.Chunk(BatchSize))
            {
                using var patience = new CancellationTokenSource(question ? LongestQuestion : LongestBatch, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
                embeddings.AddRange(await AskAsync(Array.ConvertAll(batch, text => prefix + text), either.Token));
            }

            return embeddings;
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed("does not answer in time", ex);
        }
        catch (Exception ex) when (ex is HttpRequestException or JsonException or Polly.Timeout.TimeoutRejectedException)
        {
            throw Failed(ex is HttpRequestException ? $"cannot be reached ({ex.Message})" : ex is JsonException ? "answers with something that is no list of embeddings" : "does not answer in time", ex);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => _client.Dispose();

    private async Task<IEnumerable<Embedding<float>>> AskAsync(string[] texts, CancellationToken cancellationToken)
    {
        using var answer = await _client.PostAsJsonAsync(new Uri($"{_endpoint.Address.ToString().TrimEnd('/')}/embeddings"), new Question(_endpoint.Model, texts, "float"), Json, cancellationToken);
        if (!answer.IsSuccessStatusCode) throw Failed(await ReasonAsync(answer, cancellationToken), null);
        var data = (await answer.Content.ReadFromJsonAsync<Answer>(Json, cancellationToken))?.Data ?? [];
        var vectors = data.OrderBy(item => item.Index).Select(item => item.Embedding ?? []).ToArray();
        if (vectors.Length != texts.Length) throw Failed($"gives {vectors.Length} vectors for {texts.Length} texts", null);
        var dimensions = _metadata.DefaultModelDimensions ?? vectors[0].Length;
        if (vectors.FirstOrDefault(vector => vector.Length != dimensions || !(TensorPrimitives.Norm<float>(vector) is > 0 and < float.PositiveInfinity)) is { } other)
            throw Failed($"gives a vector of {other.Length} numbers, or without a direction, where {dimensions} are due", null);
        if (_metadata.DefaultModelDimensions is null) _metadata = Describe(dimensions);
        return vectors.Select(vector =>
        {
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
            return new Embedding<float>(vector) { ModelId = _endpoint.Model };
        });
    }

    /// <summary>What the server says of itself, unless it refuses the key: then its words may hold a part of it.</summary>
    private async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = $"answers with an error ({(int)answer.StatusCode})";
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) return $"refuses the key ({(int)answer.StatusCode}); check EMBEDDING_API_KEY or OPENAI_API_KEY";
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (_endpoint.ApiKey is { } key) text = text.Replace(key, "…", StringComparison.Ordinal);
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length == 0 ? status : $"{status}: {(text.Length > LongestReason ? text[..LongestReason] : text)}";
    }

    /// <summary>The pause that the server names, within reason; null where it names none.</summary>
    private TimeSpan? Named(HttpResponseMessage? answer)
    {
        var named = answer?.Headers.RetryAfter is not { } after ? null : after.Delta ?? after.Date - _time.GetUtcNow();
        return named is not { } pause ? null : pause < TimeSpan.Zero ? TimeSpan.Zero : pause < LongestPause ? pause : LongestPause;
    }

    private ModelException Failed(string what, Exception? inner) => new($"The embedding endpoint at {_endpoint.Address.Authority} {what}.", inner);

    private EmbeddingGeneratorMetadata Describe(int? dimensions) => new(OpenAiEngine.EngineName, _endpoint.Address, _endpoint.Model, dimensions);

    private sealed record Question(string Model, string[] Input, string EncodingFormat);

    private sealed record Answer(IReadOnlyList<AnswerItem>? Data);

    private sealed record AnswerItem(int Index, float[]? Embedding);
}

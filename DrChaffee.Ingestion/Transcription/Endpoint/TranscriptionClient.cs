using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.VoiceActivity;
using Polly;

namespace DrChaffee.Ingestion.Transcription.Endpoint;

/// <summary>Sends one piece of audio at a time to <c>/audio/transcriptions</c>. What is busy or broken for a moment is asked again, when the server says where it says.</summary>
internal sealed class TranscriptionClient : IDisposable
{
    private const int MostRetries = 5;
    private const int LongestReason = 200;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(30); // a small machine may take as long as the piece, and more
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1); // in the middle of an answer

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals | JsonNumberHandling.AllowReadingFromString,
    };

    private readonly TranscriptionEndpoint _endpoint;
    private readonly TimeProvider _time;
    private readonly Uri _address;
    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ResiliencePipeline<Reply> _retries;

    /// <param name="firstPause">Before the first retry; each further one is twice as long.</param>
    public TranscriptionClient(TranscriptionEndpoint endpoint, TimeProvider time, TimeSpan? firstPause = null)
    {
        (_endpoint, _time) = (endpoint, time);
        _address = new Uri($"{endpoint.Address.ToString().TrimEnd('/')}/audio/transcriptions");
        if (endpoint.ApiKey is { } key) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _retries = new ResiliencePipelineBuilder<Reply> { TimeProvider = time }
            .AddRetry(new()
            {
                MaxRetryAttempts = MostRetries,
                Delay = firstPause ?? TimeSpan.FromSeconds(2),
                MaxDelay = LongestPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is Exception ex ? IsPassing(ex) : attempt.Outcome.Result!.Fault is { Passing: true }),
                DelayGenerator = attempt => ValueTask.FromResult(attempt.Outcome.Result?.RetryAfter),
            })
            .Build();
    }

    /// <summary>What is said in a piece, in the recording's own time.</summary>
    /// <exception cref="SourceFailedException">The server does not do it; class and sentence say why.</exception>
    public async Task<IReadOnlyList<TranscriptLine>> TranscribeAsync(WavFile wav, AudioPiece piece, string? language, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await _retries.ExecuteAsync(async token => await AskAsync(wav, piece, language, token), cancellationToken);
            if (reply.Fault is { } fault) throw Failed(fault.Class, fault.Sentence, null);
            return reply.Lines!;
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(FailureClass.Transient, "does not answer in time", ex);
        }
        catch (Exception ex) when (IsPassing(ex))
        {
            throw Failed(FailureClass.Transient, $"cannot be reached, or breaks off ({ex.Message.TrimEnd('.')})", ex);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<Reply> AskAsync(WavFile wav, AudioPiece piece, string? language, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LongestCall, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        using var form = Form(wav, piece, language);
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = form };
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            patience.CancelAfter(LongestSilence);
            var body = await answer.Content.ReadAsByteArrayAsync(either.Token);
            return answer.IsSuccessStatusCode ? Read(answer, body, piece) : new Reply(null, FaultOf(answer.StatusCode, body), RetryAfter(answer));
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException("it does not answer in time", ex);
        }
    }

    private MultipartFormDataContent Form(WavFile wav, AudioPiece piece, string? language)
    {
        var form = new MultipartFormDataContent { { new WavPieceContent(wav, piece), "\"file\"", "\"audio.wav\"" }, { new StringContent(_endpoint.Model), "\"model\"" }, { new StringContent("verbose_json"), "\"response_format\"" } };
        if (language is not null) form.Add(new StringContent(language), "\"language\"");
        if (!_endpoint.WordTimes) return form;
        foreach (var wanted in (string[])["segment", "word"]) form.Add(new StringContent(wanted), "\"timestamp_granularities[]\"");
        return form;
    }

    private static Reply Read(HttpResponseMessage answer, byte[] body, AudioPiece piece)
    {
        if (answer.Content.Headers.ContentType?.MediaType is { } type && !type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
            return new Reply(null, new Fault(FailureClass.Unsupported, Passing: false, $"answers with {type} instead of JSON; check TRANSCRIPTION_BASE_URL"), null);
        try
        {
            return JsonSerializer.Deserialize<VerboseAnswer>(body, Json)?.Lines(piece.Start, piece.Length) is { } lines
                ? new Reply(lines, null, null)
                : new Reply(null, new Fault(FailureClass.Unsupported, Passing: false, "gives words without times; use a model that knows the form verbose_json"), null);
        }
        catch (JsonException)
        {
            return new Reply(null, new Fault(FailureClass.Transient, Passing: true, "answers with JSON that cannot be read"), null);
        }
    }

    private Fault FaultOf(HttpStatusCode status, byte[] body)
    {
        var number = (int)status;
        var reason = Reason(body);
        return status switch
        {
            // What the server says about a key may hold a part of it.
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new Fault(FailureClass.Blocked, false, $"refuses this machine or its key ({number}); check TRANSCRIPTION_API_KEY"),
            HttpStatusCode.PaymentRequired => new Fault(FailureClass.Blocked, false, $"wants to be paid first ({number})"),
            HttpStatusCode.TooManyRequests when reason.Contains("insufficient_quota", StringComparison.OrdinalIgnoreCase) => new Fault(FailureClass.Blocked, false, "says that the account's quota is used up (429)"),
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => new Fault(FailureClass.Transient, true, $"is busy or broken ({number}{reason})"),
            HttpStatusCode.RequestEntityTooLarge => new Fault(FailureClass.Unsupported, false, $"takes no uploads of {OpenAiTranscriber.Rule.Longest.TotalMinutes:F0} minutes ({number}{reason})"),
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity when !IsAboutTheRequest(reason) => new Fault(FailureClass.Broken, false, $"cannot read the audio ({number}{reason})"),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new Fault(FailureClass.Unsupported, false, $"sends elsewhere ({number}); set TRANSCRIPTION_BASE_URL to that address"),
            _ => new Fault(FailureClass.Unsupported, false, $"does not take the request ({number}{reason}); check TRANSCRIPTION_BASE_URL and TRANSCRIPTION_MODEL"),
        };
    }

    private static bool IsAboutTheRequest(string reason) =>
        Array.Exists(["model", "response_format", "timestamp_granularities", "language", "parameter"], word => reason.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>What the server says of it, begun with a colon; empty where it says nothing.</summary>
    private string Reason(byte[] body)
    {
        var text = System.Text.Encoding.UTF8.GetString(body);
        if (_endpoint.ApiKey is { } key) text = text.Replace(key, "…", StringComparison.Ordinal);
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length == 0 ? "" : $": {(text.Length > LongestReason ? text[..LongestReason] : text)}";
    }

    /// <summary>The pause that the server names, within reason; null where it names none.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        var named = answer.Headers.RetryAfter is not { } after ? null : after.Delta ?? after.Date - _time.GetUtcNow();
        return named is not { } pause ? null : pause < TimeSpan.Zero ? TimeSpan.Zero : pause < LongestPause ? pause : LongestPause;
    }

    private static bool IsPassing(Exception exception) => exception is HttpRequestException or HttpIOException || exception is IOException { InnerException: System.Net.Sockets.SocketException };

    private SourceFailedException Failed(FailureClass failureClass, string what, Exception? inner) => new(failureClass, $"The transcription endpoint at {_endpoint.Address.Authority} {what}.", inner);

    private sealed record Reply(IReadOnlyList<TranscriptLine>? Lines, Fault? Fault, TimeSpan? RetryAfter);

    /// <param name="Passing">It may be otherwise the next time.</param>
    private sealed record Fault(FailureClass Class, bool Passing, string Sentence);
}

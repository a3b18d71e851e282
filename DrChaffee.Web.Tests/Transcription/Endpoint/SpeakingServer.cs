using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using DrChaffee.Ingestion.VoiceActivity;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DrChaffee.Web.Tests.Transcription.Endpoint;

/// <summary>
/// Plays a transcription server on 127.0.0.1: hears a talk of numbered words, one every 0.4 s, in audio whose samples tell where in the recording they are.
/// What it is to do instead, for the first calls, a test says.
/// </summary>
internal sealed class SpeakingServer : IAsyncDisposable
{
    private LocalServer _server = null!;

    public ConcurrentQueue<Func<HttpContext, Task>> First { get; } = [];

    /// <summary>The form of each call, without the file, and the seconds of audio in it.</summary>
    public ConcurrentQueue<(Dictionary<string, string> Fields, double Seconds, string? Key)> Calls { get; } = [];

    /// <summary>How words are written: with their times in each segment, beside them, or not at all.</summary>
    public string Words { get; set; } = "beside";

    public Uri Address => new(_server.Address, "v1");

    public static async Task<SpeakingServer> StartAsync()
    {
        var server = new SpeakingServer();
        server._server = await LocalServer.StartAsync(server.AnswerAsync);
        return server;
    }

    /// <summary>The whole talk of so many seconds.</summary>
    public static string[] Talk(double seconds) => [.. Enumerable.Range(0, Count(seconds)).Select(Word)];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static int Count(double seconds) => (int)Math.Floor((seconds - 0.35) / 0.4) + 1;

    /// <summary>Every third word is the same: only the others tell where one is.</summary>
    private static string Word(int place) => place % 3 == 0 ? "the," : string.Create(CultureInfo.InvariantCulture, $"Word{place}");

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path != "/v1/audio/transcriptions" || context.Request.Method != "POST")
        {
            context.Response.StatusCode = 404;
            return;
        }

        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        context.Features.Set<IFormFeature>(new FormFeature(context.Request, new FormOptions { MultipartBodyLengthLimit = 100_000_000 }));
        var form = await context.Request.ReadFormAsync();
        using var audio = new MemoryStream();
        await form.Files.Single().CopyToAsync(audio);
        var samples = MemoryMarshal.Cast<byte, short>(audio.ToArray().AsSpan(44)).ToArray();
        var length = samples.Length / (double)WavFile.Rate;
        Calls.Enqueue((form.ToDictionary(f => f.Key, f => string.Join(',', f.Value.ToArray()!)), length, context.Request.Headers.Authorization));
        if (First.TryDequeue(out var instead)) await instead(context);
        else await WriteAsync(context, 200, JsonSerializer.Serialize(Hear(PcmFile.Place(samples), length)));
    }

    public static async Task WriteAsync(HttpContext context, int status, string body, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
    }

    private object Hear(double from, double length)
    {
        var first = (int)Math.Ceiling(Math.Max(0, from - 1e-6) / 0.4);
        var words = Enumerable.Range(first, Math.Max(0, Count(from + length) - first)).ToArray();
        var lines = words.Chunk(7).Select((line, i) => (object)new
        {
            id = i,
            seek = 0,
            start = Start(line[0]),
            end = Start(line[^1]) + 0.35,
            text = " " + string.Join(' ', line.Select(Word)),
            tokens = new[] { 1 },
            temperature = 0.0,
            avg_logprob = -0.25,
            compression_ratio = 1.5,
            no_speech_prob = 0.01,
            words = Words == "within" ? line.Select(Timed) : null,
        });
        var all = new StringBuilder().AppendJoin(' ', words.Select(Word)).ToString();
        return new { task = "transcribe", language = "english", duration = length, text = all, segments = lines, words = Words == "beside" ? words.Select(Timed) : null };

        double Start(int word) => Math.Round(word * 0.4 - from, 2);

        object Timed(int word) => new { word = Word(word).Trim(','), start = Start(word), end = Math.Round(Start(word) + 0.35, 2) };
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;

namespace DrChaffee.Benchmarks.Search;

/// <summary>Clients that ask a server, each its next question as soon as the last is answered.</summary>
internal static class HttpLoad
{
    private const int Clients = 32;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15); // until the server's hot code is compiled

    public static async Task<HttpReport> RunAsync(Uri server, IReadOnlyList<string> questions, TimeSpan length)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { BaseAddress = server };
        var times = new ConcurrentBag<TimeSpan>();
        var (next, errors) = (-1, 0);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => AskAsync()));

        var latency = new Latency();
        latency.AddRange(times);
        return new HttpReport(Clients, times.Count, errors, Math.Round(times.Count / length.TotalSeconds, 1), latency.At(.5), latency.At(.95), latency.At(.99), latency.Worst);

        async Task AskAsync()
        {
            while (Stopwatch.GetElapsedTime(started) < WarmUp + length)
            {
                var asked = Stopwatch.GetTimestamp();
                using var answer = await client.GetAsync($"/api/search?q={Uri.EscapeDataString(questions[Interlocked.Increment(ref next) % questions.Count])}");
                await answer.Content.ReadAsByteArrayAsync();
                if (Stopwatch.GetElapsedTime(started) < WarmUp) continue;
                times.Add(Stopwatch.GetElapsedTime(asked));
                if (!answer.IsSuccessStatusCode) Interlocked.Increment(ref errors);
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using DrChaffee.Benchmarks.Search;

namespace DrChaffee.Benchmarks.Load;

/// <summary>Clients that together ask so many searches a second, each in its turn, whether the server keeps up or not.</summary>
internal sealed class PacedLoad(Uri server, IReadOnlyList<string> questions, int clients, double rate) : IDisposable
{
    private static readonly TimeSpan HealthBeat = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = clients }) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(20) };
    private readonly HttpClient _watcher = new() { BaseAddress = server };
    private int _next = -1;

    /// <summary>Asks for so long, and meanwhile asks for the server's health ten times a second.</summary>
    public async Task<LoadResult> RunAsync(TimeSpan length)
    {
        var (times, health, errors) = (new ConcurrentBag<TimeSpan>(), new Latency(), new ConcurrentBag<long>());
        using var sleeper = new Sleeper();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll([WatchAsync(), .. Enumerable.Range(0, clients).Select(AskAsync)]);
        var took = Stopwatch.GetElapsedTime(started);
        var latency = new Latency();
        latency.AddRange(times);
        return new LoadResult(
            times.Count, errors.Count, Math.Round(times.Count / took.TotalSeconds, 1), latency.At(.5), latency.At(.95), latency.At(.99), latency.Worst, health.At(.95), health.Worst, sleeper.StopAndTell(), errors.IsEmpty ? null : errors.Max());

        async Task AskAsync(int client)
        {
            var beat = TimeSpan.FromSeconds(clients / rate);
            for (var due = beat * client / clients; due < length; due += beat)
            {
                if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early) await Task.Delay(early);
                if (!await SucceedsAsync($"/api/search?q={Uri.EscapeDataString(questions[Interlocked.Increment(ref _next) % questions.Count])}")) errors.Add(Stopwatch.GetTimestamp());
                times.Add(Stopwatch.GetElapsedTime(started) - due); // from when it was due: what had to wait counts
            }
        }

        async Task WatchAsync()
        {
            while (Stopwatch.GetElapsedTime(started) < length)
            {
                var asked = Stopwatch.GetTimestamp();
                using var answer = await _watcher.GetAsync("/health");
                await answer.Content.ReadAsByteArrayAsync();
                health.Add(Stopwatch.GetElapsedTime(asked));
                await Task.Delay(HealthBeat);
            }
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _watcher.Dispose();
    }

    private async Task<bool> SucceedsAsync(string address)
    {
        try
        {
            using var answer = await _client.GetAsync(address);
            await answer.Content.ReadAsByteArrayAsync();
            return answer.IsSuccessStatusCode;
        }
        catch (Exception ex) when (ex is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}

/// <summary>What clients met; times in milliseconds, from when each search was due.</summary>
/// <param name="AsleepMaxMs">How late a thread of this process woke that only slept: what is not the server's of the worst times.</param>
/// <param name="LastError">When the last search failed, by the machine's own clock; null where none did.</param>
internal sealed record LoadResult(
    int Requests, int Errors, double RequestsPerS, double P50Ms, double P95Ms, double P99Ms, double MaxMs, double HealthP95Ms, double HealthMaxMs, double AsleepMaxMs, [property: System.Text.Json.Serialization.JsonIgnore] long? LastError);

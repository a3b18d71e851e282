using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Scale;

/// <summary>Talks that are queued and that nobody works on yet.</summary>
internal static class QueuedTalks
{
    public const int Lines = 6;

    public static async Task QueueAsync(TestDatabase database, TestFolder folder, int talks, CancellationToken cancellationToken)
    {
        for (var i = 0; i < talks; i++)
        {
            folder.WriteWav($"talk {i}.wav", 2 * Lines, 300 + 10 * i);
            folder.WriteSrt($"talk {i}.srt", [.. Enumerable.Range(0, Lines).Select(n => $"Sentence {n} of talk {i} is about the kidneys and the blood.")]);
        }

        await using var process = new IngestionProcess(database);
        var steering = process.Get<SourceSteering>();
        await steering.PauseAllAsync(cancellationToken);
        using var queued = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = process.IngestAsync(folder.Path, queued.Token);
        await Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM sources WHERE state = 'queued'") == talks);
        await queued.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await steering.ResumeAllAsync(cancellationToken);
    }
}

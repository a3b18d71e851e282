using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Storing;
using DrChaffee.Ingestion.Transcription;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Fetches several recordings side by side, tells each host's circuit how it went, and finds what an earlier run had got already.</summary>
internal sealed class FetchInTurn(FetchStage fetch, HostCircuits circuits, HostTurns turns, StageCheckpoints checkpoints, Transcribers transcribers) : IStage<DiscoveredSource, FetchedMedia>
{
    public Stage Stage => Stage.Fetch;

    public int Parallelism => 4;

    public async Task<FetchedMedia> RunAsync(DiscoveredSource work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        try
        {
            if (await checkpoints.FindAsync<Said>(work.Source.Id, Stage.Transcribe, StageCheckpoints.Given, cancellationToken) is { } given)
                return new FetchedMedia(work.Source, given.MediaPath ?? work.Plan.Location, CaptionPath: null) { Kept = given };
            return await WithWordsAsync(await KeptAsync(work, cancellationToken) ?? await AskAsync(work, progress, cancellationToken), cancellationToken);
        }
        finally
        {
            turns.GiveBack(work.Source.Id);
        }
    }

    private async Task<FetchedMedia> AskAsync(DiscoveredSource work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var host = HostCircuits.HostOf(work.Plan);
        FetchedMedia fetched;
        try
        {
            fetched = await fetch.RunAsync(work, progress, cancellationToken);
        }
        catch (SourceFailedException ex) when (host is not null && ex.FailureClass is FailureClass.Blocked or FailureClass.Transient)
        {
            var asked = ex.RetryAfter ?? (ex.InnerException as PlaceException)?.RetryAfter;
            var open = await circuits.FailedAsync(host, ex.FailureClass, ex.Message, asked, cancellationToken);
            throw new SourceFailedException(ex.FailureClass, ex.Message, ex) { RetryAfter = open > asked ? open : asked ?? open, Detail = ex.Detail ?? ex.InnerException?.Message };
        }
        catch (SourceFailedException) when (host is not null)
        {
            await circuits.SucceededAsync(host, cancellationToken); // the host answered; the recording is at fault
            throw;
        }

        if (host is not null) await circuits.SucceededAsync(host, cancellationToken);
        if (work.Plan.Kind != FetchKind.File && !fetched.Temporary)
            await checkpoints.KeepAsync(fetched.Source, Stage.Fetch, KeyOf(work), new KeptMedia(fetched.MediaPath, fetched.CaptionPath, fetched.Source.Facts), cancellationToken);
        return fetched;
    }

    private async Task<FetchedMedia?> KeptAsync(DiscoveredSource work, CancellationToken cancellationToken)
    {
        if (work.Plan.Kind == FetchKind.File || !work.Keep) return null;
        var kept = await checkpoints.FindAsync<KeptMedia>(work.Source.Id, Stage.Fetch, KeyOf(work), cancellationToken);
        return kept is not null && File.Exists(kept.MediaPath) && (kept.CaptionPath is null || File.Exists(kept.CaptionPath))
            ? new FetchedMedia(work.Source with { Facts = kept.Facts with { ExpectedToken = work.Source.Facts.ExpectedToken } }, kept.MediaPath, kept.CaptionPath)
            : null;
    }

    /// <summary>Looks for the words that the same engine heard in the same media before.</summary>
    private async Task<FetchedMedia> WithWordsAsync(FetchedMedia media, CancellationToken cancellationToken)
    {
        if (transcribers.For(media) is not { NeedsSamples: true } transcriber || !File.Exists(media.MediaPath)) return media;
        var key = $"{await ContentFingerprint.OfAsync(media.MediaPath, cancellationToken)}/{(transcriber as IKeptEngine)?.Identity ?? transcriber.GetType().Name}";
        return media with { KeptAs = key, Kept = await checkpoints.FindAsync<Said>(media.Source.Id, Stage.Transcribe, key, cancellationToken) };
    }

    private static string KeyOf(DiscoveredSource work) => work.Plan.ToJson();

    private sealed record KeptMedia(string MediaPath, string? CaptionPath, SourceFacts Facts);
}

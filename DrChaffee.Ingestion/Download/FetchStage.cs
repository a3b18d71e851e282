using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Download;

/// <summary>Sees to it that the media is on this machine, and in its store where it belongs there.</summary>
internal sealed class FetchStage(IEnumerable<IFetcher> fetchers, MediaSweep sweep) : IStage<DiscoveredSource, FetchedMedia>
{
    private readonly Dictionary<FetchKind, IFetcher> _fetchers = fetchers.ToDictionary(fetcher => fetcher.Kind);

    public Stage Stage => Stage.Fetch;

    public async Task<FetchedMedia> RunAsync(DiscoveredSource work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        if (!_fetchers.TryGetValue(work.Plan.Kind, out var fetcher))
            throw new SourceFailedException(FailureClass.Unsupported, $"This build cannot fetch {work.Plan.Location}: it was built without {work.Plan.Kind}.");
        if (work.Plan.Kind != FetchKind.File) await sweep.RunAsync(cancellationToken); // makes room before it is taken
        return await fetcher.FetchAsync(work, progress, cancellationToken);
    }
}

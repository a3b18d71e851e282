using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Download;

/// <summary>Sees to it that the media is on this machine, and in its store where it belongs there.</summary>
internal sealed class FetchStage(IEnumerable<IFetcher> fetchers) : IStage<DiscoveredSource, FetchedMedia>
{
    private readonly Dictionary<FetchKind, IFetcher> _fetchers = fetchers.ToDictionary(fetcher => fetcher.Kind);

    public Stage Stage => Stage.Fetch;

    public Task<FetchedMedia> RunAsync(DiscoveredSource work, IProgress<double> progress, CancellationToken cancellationToken) =>
        _fetchers.TryGetValue(work.Plan.Kind, out var fetcher)
            ? fetcher.FetchAsync(work, progress, cancellationToken)
            : throw new SourceFailedException(FailureClass.Unsupported, $"This build cannot fetch {work.Plan.Location}: it was built without {work.Plan.Kind}.");
}

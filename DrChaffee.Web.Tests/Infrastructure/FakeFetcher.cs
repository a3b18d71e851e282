using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>Gives every address the same recording, unless a test has it do otherwise.</summary>
internal sealed class FakeFetcher(string media) : IFetcher
{
    private int _now;

    public FetchKind Kind => FetchKind.Http;

    /// <summary>The addresses that were asked for, in turn.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>How many it fetched at once at most.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Called for each address: a test may wait, throw or look here.</summary>
    public Func<string, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<FetchedMedia> FetchAsync(DiscoveredSource work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        lock (Asked)
        {
            Asked.Add(work.Plan.Location);
            MostAtOnce = Math.Max(MostAtOnce, ++_now);
        }

        try
        {
            await Before(work.Plan.Location, cancellationToken);
            return new FetchedMedia(work.Source, media, CaptionPath: null);
        }
        finally
        {
            lock (Asked) _now--;
        }
    }
}

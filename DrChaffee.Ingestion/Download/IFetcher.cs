using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Download;

/// <summary>Gets the media of one kind of place onto this machine.</summary>
internal interface IFetcher
{
    FetchKind Kind { get; }

    /// <summary>
    /// Throws <see cref="SourceFailedException"/> with the class of what went wrong. What the place tells of the recording (date, length, description) comes back
    /// in the facts of the result's source.
    /// </summary>
    Task<FetchedMedia> FetchAsync(DiscoveredSource work, IProgress<double> progress, CancellationToken cancellationToken);
}

using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>Lists the recordings of a channel.</summary>
internal interface IRecordingFinder
{
    SourceKind Kind { get; }

    /// <summary>All that the channel has, whatever the request's filters, the newest first where the place has an order. Nothing is fetched. A place that tells
    /// dates only one by one may stop at the request's <c>Since</c>.</summary>
    /// <exception cref="IngestionException">The channel cannot be listed; the message says why in a sentence.</exception>
    Task<IReadOnlyList<Recording>> FindAsync(IngestionRequest request, CancellationToken cancellationToken);
}

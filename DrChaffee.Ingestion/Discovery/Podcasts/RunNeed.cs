using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Storing;

namespace DrChaffee.Ingestion.Discovery.Podcasts;

/// <summary>Tells, page by page of a feed, whether a run has what it wants. Pages go from new to old; a feed that does otherwise is read to its end.</summary>
internal sealed class RunNeed(IngestionRequest request, RecordingFilter filter, KnownSources known)
{
    private int _counted;
    private bool _outOfOrder;

    public bool IsMetBy(IReadOnlyList<Recording> page)
    {
        _outOfOrder |= page.Zip(page.Skip(1)).Any(pair => pair.First.PublishedAt < pair.Second.PublishedAt);
        _counted += page.Count(recording => IsWanted(recording) && !(request is { LimitUnprocessed: true, Force: false } && IsKnown(recording)));
        return !_outOfOrder && (_counted >= request.Limit || IsOld(page) || (request is { NewestFirst: true, LimitUnprocessed: false, Force: false } && IsKnown(page)));
    }

    private bool IsOld(IReadOnlyList<Recording> page) =>
        filter.Since is { } day && page.Count > 0 && page.All(recording => recording.PublishedAt is { } published && DateOnly.FromDateTime(published.UtcDateTime) < day);

    /// <summary>Nothing on it is new, though perhaps not all of it was wanted.</summary>
    private bool IsKnown(IReadOnlyList<Recording> page) => page.Any(IsKnown) && page.All(recording => IsKnown(recording) || !IsWanted(recording));

    private bool IsKnown(Recording recording) => recording.Identity is var (type, id) && known.ByIdentity(type, id) is not null;

    private bool IsWanted(Recording recording) => RecordingSieve.Reason(recording, filter) is null;
}

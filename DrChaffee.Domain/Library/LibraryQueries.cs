namespace DrChaffee.Domain.Library;

/// <summary>Reads what the library holds, for pages and the HTTP interface alike.</summary>
public sealed class LibraryQueries
{
    public Task<Page<SourceSummary>> ListAsync(LibraryFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException(filter.Query);

    /// <summary>One recording, or null where no source has that key.</summary>
    public Task<SourceSummary?> FindAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException(key);

    /// <summary>Its transcript in order; empty while there is none, null where no source has that key.</summary>
    public Task<IReadOnlyList<TranscriptSegment>?> TranscriptAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException(key);

    /// <summary>The audio or video file on this machine's disk, or null.</summary>
    public Task<string?> MediaPathAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException(key);

    /// <summary>Channels with the most recordings first.</summary>
    public Task<IReadOnlyList<ChannelSummary>> ChannelsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Names of speakers known across recordings, those who say most first.</summary>
    public Task<IReadOnlyList<string>> SpeakersAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<LibraryCounts> CountsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}

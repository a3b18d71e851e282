namespace DrChaffee.Ingestion.Download;

/// <summary>
/// What the place itself, or the program that asked it, had to say: the inner exception of a <see cref="Pipeline.SourceFailedException"/> whose own message is the
/// sentence for a person. <see cref="Exception.Message"/> is everything that was said, and belongs into the source's failure detail.
/// </summary>
internal sealed class PlaceException(string detail, Exception? inner = null) : Exception(detail, inner)
{
    /// <summary>In lower case, without a port; null where no host was asked.</summary>
    public string? Host { get; init; }

    /// <summary>How long the host asked to be left alone (its <c>Retry-After</c>); null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Download;

/// <summary>Media that lies on this machine stays where it is, unless it is to be kept.</summary>
internal sealed class FileFetcher(AudioStore store) : IFetcher
{
    public FetchKind Kind => FetchKind.File;

    public async Task<FetchedMedia> FetchAsync(DiscoveredSource work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var path = work.Plan.Location;
        try
        {
            return new FetchedMedia(work.Source, work.Keep ? await store.KeepAsync(path, cancellationToken) : path, work.Plan.CaptionLocation);
        }
        catch (FileNotFoundException ex)
        {
            throw new SourceFailedException(FailureClass.Gone, $"The file {path} is no longer there.", ex);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new SourceFailedException(FailureClass.Transient, $"The file could not be kept: {ex.Message}", ex);
        }
    }
}

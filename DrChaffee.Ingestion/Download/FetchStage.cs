using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Download;

/// <summary>Sees to it that the media is on this machine, and in its store where it belongs there.</summary>
internal sealed class FetchStage(AudioStore store) : IStage<DiscoveredSource, FetchedMedia>
{
    public Stage Stage => Stage.Fetch;

    public async Task<FetchedMedia> RunAsync(DiscoveredSource work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        try
        {
            var path = work.Keep ? await store.KeepAsync(work.MediaPath, cancellationToken) : work.MediaPath;
            return new FetchedMedia(work.Source, path, work.CaptionPath);
        }
        catch (FileNotFoundException ex)
        {
            throw new SourceFailedException(FailureClass.Gone, $"The file {work.MediaPath} is no longer there.", ex);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new SourceFailedException(FailureClass.Transient, $"The file could not be kept: {ex.Message}", ex);
        }
    }
}

using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>Looks into a channel by another finder, and notes on its row when that was and how it went. A paused channel is not looked into.</summary>
internal sealed class NotedFinder(IRecordingFinder finder, ChannelRows channels) : IRecordingFinder
{
    public SourceKind Kind => finder.Kind;

    public async Task<IReadOnlyList<Recording>> FindAsync(IngestionRequest request, CancellationToken cancellationToken)
    {
        var (kind, address) = ChannelAddress.RowOf(request);
        var row = await channels.FindAsync(kind, address, cancellationToken);
        if (row is { Paused: true }) throw new IngestionException($"{row.Title} is paused; resume it on the page of the sources.");
        var asked = request with { Channel = address, Since = Later(request.Since, row?.Filter.Since) };
        try
        {
            var found = await finder.FindAsync(asked, cancellationToken);
            if (row is not null && !request.DryRun) await channels.NoteAsync(kind, address, fault: null, cancellationToken);
            return found;
        }
        catch (IngestionException ex) when (row is not null && !request.DryRun)
        {
            await channels.NoteAsync(kind, address, ex.Message, CancellationToken.None);
            throw;
        }
    }

    private static DateOnly? Later(DateOnly? one, DateOnly? other) => one is null || other > one ? other ?? one : one;
}

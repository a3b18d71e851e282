using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>Tells who lists the recordings of a place that a person named for a run.</summary>
public sealed class RunPlaces
{
    private readonly ChannelProbe _probe;
    private readonly AddressGuard _guard;

    internal RunPlaces(ChannelProbe probe, AddressGuard guard) => (_probe, _guard) = (probe, guard);

    /// <param name="source">Who shall list it; null: the address tells, or the place itself when it is asked.</param>
    /// <exception cref="IngestionException">It is no place that anyone could list; the message says why.</exception>
    public async Task<(SourceKind Source, string Address)> FindAsync(string address, SourceKind? source, CancellationToken cancellationToken)
    {
        if (source == SourceKind.Folder) return (SourceKind.Folder, address);
        if (source != SourceKind.Rss && ChannelAddress.Youtube(address) is { } youtube) return (source ?? SourceKind.YtDlp, youtube);
        if (source is { } chosen) return (chosen, _guard.Check(address).AbsoluteUri);
        var (kind, found, _) = await _probe.RecogniseAsync(address, oneWillDo: true, cancellationToken);
        return (ChannelKinds.SourceOf(kind)!.Value, found);
    }
}

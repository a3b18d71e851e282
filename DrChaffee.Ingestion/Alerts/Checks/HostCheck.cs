using System.Globalization;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Alerts.Checks;

/// <summary>A host that has been left alone, and has answered nothing, for a day.</summary>
internal sealed class HostCheck(HostCircuits circuits, TimeProvider time) : IAlertCheck
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private const string Prefix = "host:";

    public async Task<IReadOnlyList<AlertNote>> LookAsync(IReadOnlyDictionary<string, string> wrong, CancellationToken cancellationToken)
    {
        var (now, known) = (time.GetUtcNow(), await circuits.LoadAsync(cancellationToken));
        var refusing = known.Values.Where(circuit => circuit.Host != HostCircuits.Everything && circuit.OpenUntil > now && circuit.Since + Longest <= now).Select(circuit => new AlertNote(
            Prefix + circuit.Host, AlertNote.Since("refuses", circuit.Since), $"{circuit.Host} refuses this machine",
            string.Create(CultureInfo.InvariantCulture, $"{circuit.Host} has answered nothing for {(now - circuit.Since).TotalHours:0} hours, and is left alone for now: {circuit.Reason ?? "it failed several times."} See Failures on the dashboard.")));

        // One whose time is over and that nobody has asked since has not answered yet.
        var answering = wrong.Keys.Where(subject => subject.StartsWith(Prefix, StringComparison.Ordinal)).Select(subject => subject[Prefix.Length..]).Where(host => !known.ContainsKey(host))
            .Select(host => new AlertNote(Prefix + host, State: null, $"{host} answers again", $"{host} answers again, or an admin let it be asked as usual."));
        return [.. refusing, .. answering];
    }
}

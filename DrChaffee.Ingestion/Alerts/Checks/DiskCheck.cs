using System.Globalization;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Machine;

namespace DrChaffee.Ingestion.Alerts.Checks;

/// <summary>A disk so full that nothing is fetched; each machine looks at its own.</summary>
internal sealed class DiskCheck : IAlertCheck
{
    /// <summary>Twice of what fetching leaves free: at the limit itself every file that comes or goes would be news.</summary>
    private const long Enough = 2 * AudioStore.Reserve;

    private static readonly string Subject = $"disk:{Environment.MachineName}";

    private readonly Func<IReadOnlyList<DiskRoom>> _read;

    public DiskCheck(DiskMeter meter) : this(() => meter.Read())
    {
    }

    internal DiskCheck(Func<IReadOnlyList<DiskRoom>> read) => _read = read;

    public Task<IReadOnlyList<AlertNote>> LookAsync(IReadOnlyDictionary<string, string> wrong, CancellationToken cancellationToken)
    {
        var disk = _read().FirstOrDefault(disk => disk.Holds.Contains("audio"));
        return Task.FromResult<IReadOnlyList<AlertNote>>(disk switch
        {
            { Full: true } => [new AlertNote(Subject, "full", $"The disk of {Environment.MachineName} is full", string.Create(CultureInfo.InvariantCulture,
                $"{disk.FreeBytes / 1_000_000} MB are free on {disk.Path}; with less than {AudioStore.Reserve / 1_000_000} MB nothing is fetched. Make room, or set AUDIO_STORAGE_DIR to a larger disk."))],
            { FreeBytes: >= Enough } => [new AlertNote(Subject, State: null, $"The disk of {Environment.MachineName} has room again", string.Create(CultureInfo.InvariantCulture, $"{disk.FreeBytes / 1_000_000} MB are free on {disk.Path}, and recordings are fetched again."))],
            _ => [],
        });
    }
}

using DrChaffee.Domain.Capacity;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Ingestion.Machine;
using DrChaffee.Ingestion.Steering;

namespace DrChaffee.Ingestion.Capacity;

/// <summary>Measures what the library takes, once a minute for all who ask; nothing is measured while nobody does.</summary>
public sealed class CapacityBook
{
    private const int Month = 30;
    private const int Week = 7;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly ChaffeeSettings _settings;
    private readonly LibraryQueries _library;
    private readonly ModelOverview _models;
    private readonly DatabaseMeter _database;
    private readonly GrowthReader _growth;
    private readonly IngestionStatistics _statistics;
    private readonly QueueBook _queue;
    private readonly DiskMeter _disks;
    private readonly IndexMeter _index;
    private readonly TimeProvider _time;
    private readonly CachedValue<CapacityReport> _report;

    internal CapacityBook(
        ChaffeeSettings settings, LibraryQueries library, ModelOverview models, DatabaseMeter database, GrowthReader growth, IngestionStatistics statistics, QueueBook queue, DiskMeter disks, IndexMeter index, TimeProvider time)
    {
        (_settings, _library, _models, _database, _growth) = (settings, library, models, database, growth);
        (_statistics, _queue, _disks, _index, _time) = (statistics, queue, disks, index, time);
        _report = new CachedValue<CapacityReport>(Kept, time, MeasureAsync);
    }

    public Task<CapacityReport> ReadAsync(CancellationToken cancellationToken) => _report.GetAsync(cancellationToken);

    private async Task<CapacityReport> MeasureAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, _settings.TimeZone).DateTime);
        var library = await _library.CountsAsync(cancellationToken);
        var database = await _database.ReadAsync(cancellationToken);
        var growth = await _growth.ReadAsync(cancellationToken);
        var queue = await _queue.OverviewAsync(cancellationToken);
        var pace = await _queue.PaceAsync(cancellationToken);
        var doneADay = (await _statistics.ReadAsync(Week, cancellationToken)).Sum(day => day.Hours) / Week;

        var place = DatabasePlace.Of(_settings.ConnectionString, database.Folder);
        FolderSize audio = FolderMeter.Read("Audio", _settings.AudioDirectory);
        FolderSize[] folders = [audio, FolderMeter.Read("Models", _settings.ModelsDirectory), FolderMeter.Read("Work in progress", Path.Combine(_settings.DataDirectory, "work"))];
        return new CapacityReport(
            now, library, await VectorsAsync(cancellationToken), database, folders,
            [.. _disks.Read(place.Folder).Select(disk => Look(disk, growth, library, database, audio, today))], place.Unseen, growth, new MemoryMeter().Read(), _index.Read(), queue, pace,
            DrainForecast.Of(new Backlog(queue.Hours, queue.OfUnknownLength, pace, doneADay), today),
            [.. ScaleForecast.Steps.Select(step => new StepOutlook(step.Passages, step.Due, ScaleForecast.Of(step, library.Passages, Added(library.Passages, growth, library), today)))]);
    }

    private async Task<IReadOnlyList<ModelVectors>> VectorsAsync(CancellationToken cancellationToken) =>
        [.. (await _models.ListAsync(cancellationToken, Kept)).Where(model => model.Embedded is not null).Select(model => new ModelVectors(model.Name, model.Engine, model.Dimensions, model.Embedded!.Value, model.Standing == ModelStanding.Active))];

    private DiskOutlook Look(DiskRoom disk, LibraryGrowth growth, LibraryCounts library, DatabaseSize database, FolderSize audio, DateOnly today)
    {
        var grows = (disk.Holds.Contains("database") ? database.Bytes : 0) + (disk.Holds.Contains("audio") && _settings.StoreAudioLocally ? audio.Bytes : 0);
        var added = Added(grows, growth, library);
        return new DiskOutlook(disk, added, DiskForecast.Of(disk.FreeBytes, added, today));
    }

    /// <summary>What comes to it in a day of the last month, if each hour of recordings brings as much of it as those that are there.</summary>
    private static double? Added(long amount, LibraryGrowth growth, LibraryCounts library) =>
        library.Hours > 0 && growth.HoursADay(Month) is { } hours ? amount / library.Hours * hours : null;
}

using DrChaffee.Domain.Capacity;
using DrChaffee.Domain.Library;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Ingestion.Machine;
using DrChaffee.Ingestion.Steering;

namespace DrChaffee.Ingestion.Capacity;

/// <summary>How large the library is, what it takes, and how long there is room: one minute old at most.</summary>
/// <param name="DatabaseDisk">Why the database's disk is not among <paramref name="Disks"/>, in a sentence; null where it is.</param>
/// <param name="Index">What the index in memory takes; null while it is loaded, and in a process without one.</param>
/// <param name="Pace">Times real time over the last hours; null where too little was done.</param>
public sealed record CapacityReport(
    DateTimeOffset At,
    LibraryCounts Library,
    IReadOnlyList<ModelVectors> Vectors,
    DatabaseSize Database,
    IReadOnlyList<FolderSize> Folders,
    IReadOnlyList<DiskOutlook> Disks,
    string? DatabaseDisk,
    LibraryGrowth Growth,
    MemoryLoad Memory,
    IndexMemory? Index,
    QueueOverview Queue,
    double? Pace,
    Forecast Drain,
    IReadOnlyList<StepOutlook> Steps);

/// <summary>How many passages have a vector of a model.</summary>
/// <param name="Active">Searches use it.</param>
public sealed record ModelVectors(string Name, string Engine, int? Dimensions, long Vectors, bool Active);

/// <summary>A disk of this machine and when it is full.</summary>
/// <param name="BytesADay">What is added to it, as the last 30 days were; null where the library is too young to tell.</param>
public sealed record DiskOutlook(DiskRoom Disk, double? BytesADay, Forecast Full);

/// <summary>A size of the library at which something is due, and when it is reached.</summary>
public sealed record StepOutlook(long Passages, string Due, Forecast Reached);

using DrChaffee.Domain.Sync.Merging;

namespace DrChaffee.Domain.Sync;

/// <summary>Counts what is done, recording by recording.</summary>
internal sealed class SyncTally
{
    private const int FirstOnes = 20;
    private const int MostConflicts = 200;

    private readonly Counter _recordings = new();
    private readonly Counter _segments = new();
    private readonly Counter _passages = new();

    public List<SyncedRecording> First { get; } = [];

    /// <summary>Without texts: a dry run writes none down.</summary>
    public List<SyncConflict> Conflicts { get; } = [];
    public int ConflictCount { get; private set; }
    public SyncCounts Recordings => _recordings.Counts;
    public SyncCounts Segments => _segments.Counts;
    public SyncCounts Passages => _passages.Counts;

    public void Add(SourcePlan plan)
    {
        var change = ChangeOf(plan);
        if (plan.Adds) _recordings.Added++;
        else if (plan.Deletes) _recordings.Deleted++;
        else if (plan.Writes) _recordings.Changed++;
        else if (change == "kept") _recordings.Kept++;
        if (change is not null && First.Count < FirstOnes) First.Add(new SyncedRecording(plan.Key, plan.Title, change));
        Parts(_segments, plan, plan.Segments, source => source.Segments);
        Parts(_passages, plan, plan.Passages, source => source.Passages);
        ConflictCount += plan.Conflicts;
        Conflicts.AddRange(ConflictsOf(plan).Take(MostConflicts - Conflicts.Count));
    }

    private static string? ChangeOf(SourcePlan plan) => plan switch
    {
        { Conflicts: > 0 } => "conflict",
        { Adds: true } => "added",
        { Deletes: true } => "deleted",
        { Writes: true } => "changed",
        { Differs: true } => "kept",
        _ => null,
    };

    private static void Parts(Counter counter, SourcePlan plan, PartsMerge? merge, Func<SourceHashes, PartHashes> parts)
    {
        if (plan.Adds) counter.Added += parts(plan.From!).Count;
        if (plan.Deletes) counter.Deleted += parts(plan.To!).Count;
        if (merge is null) return;
        var added = merge.Take.Count(ordinal => Array.BinarySearch(parts(plan.To!).Ordinals, ordinal) < 0);
        counter.Added += added;
        counter.Changed += merge.Take.Count - added;
        counter.Deleted += merge.Remove.Count;
        counter.Kept += merge.Kept;
    }

    private static IEnumerable<SyncConflict> ConflictsOf(SourcePlan plan)
    {
        if (plan.DeletionConflict) yield return Of(ConflictPart.Recording, -1);
        foreach (var field in plan.FieldConflicts) yield return Of(ConflictPart.Field, (int)field);
        foreach (var ordinal in plan.Segments?.Conflicts ?? []) yield return Of(ConflictPart.Segment, ordinal);
        foreach (var ordinal in plan.Passages?.Conflicts ?? []) yield return Of(ConflictPart.Passage, ordinal);

        SyncConflict Of(ConflictPart part, int ordinal) => new(0, plan.Key, plan.Title, part, ordinal, SyncConflict.Name(part, ordinal), null, null, null);
    }

    private sealed class Counter
    {
        public int Added { get; set; }
        public int Changed { get; set; }
        public int Deleted { get; set; }
        public int Kept { get; set; }
        public SyncCounts Counts => new(Added, Changed, Deleted, Kept);
    }
}

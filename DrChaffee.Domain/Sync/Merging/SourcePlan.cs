namespace DrChaffee.Domain.Sync.Merging;

/// <summary>What is to be done to one recording of the target, and what is agreed afterwards.</summary>
internal sealed record SourcePlan(string Key, string Title, SourceHashes? From, SourceHashes? To, MergeBase Base)
{
    /// <summary>The target lacks it, and gets all of it.</summary>
    public bool Adds { get; init; }
    public bool Deletes { get; init; }

    /// <summary>Bits by <see cref="SourceField"/>.</summary>
    public int Fields { get; init; }

    /// <summary>Fields that only the target has changed.</summary>
    public bool KeepsFields { get; init; }
    public IReadOnlyList<SourceField> FieldConflicts { get; init; } = [];
    public PartsMerge? Segments { get; init; }
    public PartsMerge? Passages { get; init; }

    /// <summary>Both sides' segments end up mixed: the target's passages are cut anew out of them.</summary>
    public bool Recuts { get; init; }

    /// <summary>Passages that stay as they are but get the origin's vector.</summary>
    public IReadOnlyList<int> Vectors { get; init; } = [];

    /// <summary>One side deleted what the other changed.</summary>
    public bool DeletionConflict { get; init; }

    /// <summary>The target deleted it, and the origin has not changed it since.</summary>
    public bool StaysDeleted { get; init; }

    /// <summary>Something is written to the recording itself.</summary>
    public bool Writes => Adds || Deletes || Fields != 0 || Recuts || Segments is { Changes: true } || Passages is { Changes: true } || Vectors.Count > 0;

    public int Conflicts => (DeletionConflict ? 1 : 0) + FieldConflicts.Count + (Segments?.Conflicts.Count ?? 0) + (Passages?.Conflicts.Count ?? 0);

    /// <summary>The sides differ afterwards, and for a reason.</summary>
    public bool Differs => DeletionConflict || StaysDeleted || KeepsFields || Recuts || FieldConflicts.Count > 0 || Segments is { Differs: true } || Passages is { Differs: true };
}

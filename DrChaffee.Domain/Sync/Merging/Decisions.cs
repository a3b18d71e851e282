namespace DrChaffee.Domain.Sync.Merging;

/// <summary>What was decided about the conflicts of one recording, and otherwise about all.</summary>
internal sealed class Decisions(IReadOnlyDictionary<(ConflictPart Part, int Ordinal), Preference> decided, Preference otherwise)
{
    public Preference OfRecording => Of(ConflictPart.Recording, -1);

    public Preference OfField(int field) => Of(ConflictPart.Field, field);

    public Preference OfSegment(int ordinal) => Of(ConflictPart.Segment, ordinal);

    public Preference OfPassage(int ordinal) => Of(ConflictPart.Passage, ordinal);

    private Preference Of(ConflictPart part, int ordinal) => decided.TryGetValue((part, ordinal), out var one) ? one : otherwise;
}

/// <summary>What of a recording a conflict is about.</summary>
public enum ConflictPart
{
    /// <summary>One side deleted it, and the other changed it.</summary>
    Recording,
    Field,

    /// <summary>One segment, or by −1 all of them.</summary>
    Segment,

    /// <summary>One passage, or by −1 all of them.</summary>
    Passage,
}

namespace DrChaffee.Domain.Sync.Merging;

/// <summary>Plans one recording out of what each side holds and what both held when they last agreed.</summary>
internal static class SourceMerge
{
    /// <param name="decisions">What a person decided about conflicts of this recording.</param>
    /// <param name="withVectors">False where the sides embed with different models.</param>
    public static SourcePlan Of(string key, SourceHashes? from, SourceHashes? to, MergeBase agreed, Decisions decisions, bool withVectors)
    {
        var title = from?.Title ?? to?.Title ?? key;
        var blank = new SourcePlan(key, title, from, to, agreed);
        return (from, to) switch
        {
            (null, null) => blank with { Base = MergeBase.Nothing },
            (null, not null) => GoneThere(blank, to, decisions),
            (not null, null) => MissingHere(blank, from, decisions),
            _ => Both(blank, from, to, decisions, withVectors),
        };
    }

    private static SourcePlan GoneThere(SourcePlan blank, SourceHashes to, Decisions decisions)
    {
        if (blank.Base.IsNothing) return blank; // the target's own
        if (blank.Base.Holds(to)) return blank with { Deletes = true, Base = MergeBase.Nothing };
        return decisions.OfRecording switch
        {
            Preference.From => blank with { Deletes = true, Base = MergeBase.Nothing },
            Preference.To => blank with { Base = MergeBase.Nothing },
            _ => blank with { DeletionConflict = true },
        };
    }

    private static SourcePlan MissingHere(SourcePlan blank, SourceHashes from, Decisions decisions)
    {
        var adds = blank with { Adds = true, Base = MergeBase.Of(from) };
        if (blank.Base.IsNothing) return adds;
        if (blank.Base.Holds(from)) return blank with { StaysDeleted = true };
        return decisions.OfRecording switch
        {
            Preference.From => adds,
            Preference.To => blank with { StaysDeleted = true, Base = MergeBase.Of(from) },
            _ => blank with { DeletionConflict = true },
        };
    }

    private static SourcePlan Both(SourcePlan blank, SourceHashes from, SourceHashes to, Decisions decisions, bool withVectors)
    {
        var agreed = blank.Base;
        var (fields, keeps, fieldConflicts, fieldBase) = Fields(from, to, agreed, decisions);
        var segments = PartsMerge.Of(from.Segments, to.Segments, agreed.Segments, decisions.OfSegment);
        var mixed = segments is { Changes: true, Differs: true };
        var passages = mixed || segments.Whole ? null
            : segments.Decided ? PartsMerge.AllOf(from.Passages, to.Passages)
            : PartsMerge.Of(from.Passages, to.Passages, agreed.Passages, decisions.OfPassage);
        return blank with
        {
            Fields = fields,
            KeepsFields = keeps,
            FieldConflicts = fieldConflicts,
            Segments = segments,
            Passages = passages,
            Recuts = mixed,
            Vectors = withVectors && passages is not null ? VectorsOf(from, to, passages) : [],
            Base = new MergeBase(fieldBase, segments.Base, passages?.Base ?? (mixed ? from.Passages : agreed.Passages)),
        };
    }

    private static (int Taken, bool Keeps, List<SourceField> Conflicts, ulong[] Base) Fields(SourceHashes from, SourceHashes to, MergeBase agreed, Decisions decisions)
    {
        var (taken, keeps, next) = (0, false, new ulong[MergeBase.FieldCount]);
        List<SourceField> conflicts = [];
        foreach (var field in Enum.GetValues<SourceField>())
        {
            var (o, t, b) = (from.Fields[(int)field], to.Fields[(int)field], agreed.Fields[(int)field]);
            next[(int)field] = o;
            if (o == t) continue;
            var decision = field >= SourceField.ThumbnailUrl ? Preference.From : decisions.OfField((int)field); // no person writes the last two
            if (t == b || (o != b && decision == Preference.From)) taken |= 1 << (int)field;
            else if (o == b || decision == Preference.To) keeps = true;
            else
            {
                conflicts.Add(field);
                next[(int)field] = b;
            }
        }

        return (taken, keeps, conflicts, next);
    }

    /// <summary>Of passages that say the same on both sides: a replaced vector gets a passage of a new number, as what follows the library expects.</summary>
    private static List<int> VectorsOf(SourceHashes from, SourceHashes to, PartsMerge passages)
    {
        List<int> wanted = [];
        HashSet<int> taken = [.. passages.Take];
        var theirs = from.Passages.Ordinals.Select((ordinal, i) => (ordinal, Hash: from.Passages.Hashes[i], Vector: from.Vectors[i])).ToDictionary(p => p.ordinal);
        for (var i = 0; i < to.Passages.Count; i++)
        {
            var ordinal = to.Passages.Ordinals[i];
            if (!taken.Contains(ordinal) && theirs.TryGetValue(ordinal, out var there) && there.Hash == to.Passages.Hashes[i] && there.Vector != 0 && there.Vector != to.Vectors[i]) wanted.Add(ordinal);
        }

        return wanted;
    }
}

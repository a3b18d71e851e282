namespace DrChaffee.Domain.Sync.Merging;

/// <summary>
/// Three ways into one, place by place: what only one side changed since they agreed is that side's; what both changed differently is a conflict,
/// and the target's stays. Where places came or went and the sides also collide, places no longer mean the same, and all of it is one conflict.
/// </summary>
internal sealed class PartsMerge
{
    private readonly List<int> _ordinals = [];
    private readonly List<ulong> _hashes = [];

    private PartsMerge()
    {
    }

    public List<int> Take { get; } = [];
    public List<int> Remove { get; } = [];
    public List<int> Conflicts { get; } = [];

    /// <summary>How many places the target alone has changed.</summary>
    public int Kept { get; private set; }

    /// <summary>True: the conflict is about all places together.</summary>
    public bool Whole { get; private set; }

    /// <summary>True where a decision for the origin was followed.</summary>
    public bool Decided { get; private set; }

    /// <summary>What counts as agreed from now on.</summary>
    public PartHashes Base { get; private set; } = PartHashes.None;

    public bool Changes => Take.Count + Remove.Count > 0;
    public bool Differs => Kept + Conflicts.Count > 0;

    /// <param name="decision">What was decided about a place, or about all of them by −1.</param>
    public static PartsMerge Of(PartHashes from, PartHashes to, PartHashes agreed, Func<int, Preference> decision)
    {
        var merge = new PartsMerge();
        merge.Run(from, to, agreed, decision);
        if (merge.Conflicts.Count == 0 || from.Ordinals.AsSpan().SequenceEqual(to.Ordinals)) return merge;

        return decision(-1) switch
        {
            Preference.From => AllOf(from, to),
            Preference.To => new PartsMerge { Kept = 1, Base = from },
            _ => new PartsMerge { Whole = true, Conflicts = { -1 }, Base = agreed },
        };
    }

    /// <summary>The target becomes what the origin is.</summary>
    public static PartsMerge AllOf(PartHashes from, PartHashes to)
    {
        var merge = new PartsMerge { Decided = true };
        merge.Run(from, to, to, _ => Preference.None);
        return merge;
    }

    private void Run(PartHashes from, PartHashes to, PartHashes agreed, Func<int, Preference> decision)
    {
        var (f, t, b) = (0, 0, 0);
        while (f < from.Count || t < to.Count || b < agreed.Count)
        {
            var ordinal = Math.Min(At(from, f), Math.Min(At(to, t), At(agreed, b)));
            Decide(ordinal, Hash(from, ref f, ordinal), Hash(to, ref t, ordinal), Hash(agreed, ref b, ordinal), decision);
        }

        Base = new PartHashes([.. _ordinals], [.. _hashes]);
    }

    private void Decide(int ordinal, ulong from, ulong to, ulong agreed, Func<int, Preference> decision)
    {
        if (from == to) Agree(ordinal, from);
        else if (to == agreed) Follow(ordinal, from);
        else if (from == agreed) Keep(ordinal, agreed);
        else if (decision(ordinal) == Preference.From)
        {
            Decided = true;
            Follow(ordinal, from);
        }
        else if (decision(ordinal) == Preference.To) Keep(ordinal, from);
        else
        {
            Conflicts.Add(ordinal);
            Agree(ordinal, agreed);
        }
    }

    private void Follow(int ordinal, ulong from)
    {
        (from == 0 ? Remove : Take).Add(ordinal);
        Agree(ordinal, from);
    }

    private void Keep(int ordinal, ulong agreed)
    {
        Kept++;
        Agree(ordinal, agreed);
    }

    private void Agree(int ordinal, ulong hash)
    {
        if (hash == 0) return;
        _ordinals.Add(ordinal);
        _hashes.Add(hash);
    }

    private static int At(PartHashes parts, int index) => index < parts.Count ? parts.Ordinals[index] : int.MaxValue;

    private static ulong Hash(PartHashes parts, ref int index, int ordinal) => At(parts, index) == ordinal ? parts.Hashes[index++] : 0;
}

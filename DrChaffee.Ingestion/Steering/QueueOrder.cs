namespace DrChaffee.Ingestion.Steering;

/// <summary>A source in line. The greater priority comes first, and of two equal ones the lower number.</summary>
internal readonly record struct InLine(long Id, int Priority)
{
    public static IEnumerable<InLine> Ordered(IEnumerable<InLine> line) => line.OrderByDescending(source => source.Priority).ThenBy(source => source.Id);

    /// <summary>The least priority with which it comes before the other.</summary>
    public int LeastBefore(InLine other) => Id < other.Id ? other.Priority : other.Priority + 1;

    /// <summary>The greatest with which it comes after the other.</summary>
    public int MostAfter(InLine other) => Id > other.Id ? other.Priority : other.Priority - 1;
}

/// <summary>Which priorities put one source beside another, with as few changes as can be. Pure.</summary>
internal static class QueueOrder
{
    /// <param name="line">All that may be taken before or after it, in order; with both sources.</param>
    /// <returns>The sources whose priority changes; none where it is there already.</returns>
    public static IReadOnlyList<InLine> Move(IReadOnlyList<InLine> line, long source, long anchor, bool before)
    {
        if (source == anchor) return [];
        var moved = line.First(s => s.Id == source);
        List<InLine> others = [.. line.Where(s => s.Id != source)];
        var place = others.FindIndex(s => s.Id == anchor) + (before ? 0 : 1);
        List<InLine> ahead = [.. others.Take(place).Reverse()]; // the nearest first
        List<InLine> behind = [.. others.Skip(place)];

        var most = ahead is [var last, ..] ? moved.MostAfter(last) : int.MaxValue;
        var least = behind is [var next, ..] ? moved.LeastBefore(next) : int.MinValue;
        if (least <= moved.Priority && moved.Priority <= most) return [];
        if (least <= most) return [moved with { Priority = Math.Clamp(moved.Priority, least, most) }];

        var raised = Shift(moved, least, ahead, (source, after) => Math.Max(source.Priority, source.LeastBefore(after)));
        var lowered = Shift(moved, most, behind, (source, ahead) => Math.Min(source.Priority, source.MostAfter(ahead)));
        return raised.Count <= lowered.Count ? raised : lowered;
    }

    /// <summary>Goes along the neighbours until one need not change.</summary>
    private static List<InLine> Shift(InLine moved, int wanted, List<InLine> neighbours, Func<InLine, InLine, int> priority)
    {
        List<InLine> changed = [moved with { Priority = wanted }];
        foreach (var neighbour in neighbours)
        {
            var shifted = neighbour with { Priority = priority(neighbour, changed[^1]) };
            if (shifted == neighbour) break;
            changed.Add(shifted);
        }

        changed.Remove(moved); // its own may stay
        return changed;
    }
}

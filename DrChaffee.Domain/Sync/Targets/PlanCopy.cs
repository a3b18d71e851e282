using DrChaffee.Domain.Sync.Merging;
using Npgsql;

namespace DrChaffee.Domain.Sync.Targets;

/// <summary>Tells the target's session what is planned for a batch.</summary>
internal static class PlanCopy
{
    public static async Task WriteAsync(NpgsqlConnection connection, IEnumerable<SourcePlan> plans, CancellationToken cancellationToken)
    {
        List<SourcePlan> written = [.. plans.Where(plan => plan.Writes || plan.Conflicts > 0)];
        await using (var rows = await connection.BeginBinaryImportAsync(StagingSql.CopyPlans, cancellationToken))
        {
            foreach (var plan in written) await rows.WriteRowAsync(cancellationToken, plan.Key, plan.Adds, plan.Deletes, plan.Fields, plan.Writes);
            await rows.CompleteAsync(cancellationToken);
        }

        await using var parts = await connection.BeginBinaryImportAsync(StagingSql.CopyParts, cancellationToken);
        foreach (var (key, part, ordinal) in written.SelectMany(Parts)) await parts.WriteRowAsync(cancellationToken, key, part, ordinal);
        await parts.CompleteAsync(cancellationToken);
    }

    /// <summary>With a minus what goes, with a question mark what is in conflict.</summary>
    private static IEnumerable<(string Key, string Part, int Ordinal)> Parts(SourcePlan plan)
    {
        foreach (var (merge, name) in ((PartsMerge?, string)[])[(plan.Segments, "segment"), (plan.Passages, "passage")])
        {
            foreach (var ordinal in merge?.Take ?? []) yield return (plan.Key, name, ordinal);
            foreach (var ordinal in merge?.Remove ?? []) yield return (plan.Key, $"-{name}", ordinal);
            foreach (var ordinal in merge?.Conflicts ?? []) yield return (plan.Key, $"?{name}", ordinal);
        }

        foreach (var ordinal in plan.Vectors) yield return (plan.Key, "passage", ordinal);
        foreach (var field in plan.FieldConflicts) yield return (plan.Key, "?field", (int)field);
        if (plan.DeletionConflict) yield return (plan.Key, "?recording", -1);
    }
}

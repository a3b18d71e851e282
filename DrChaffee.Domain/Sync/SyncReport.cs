namespace DrChaffee.Domain.Sync;

/// <summary>What a sync did, or with a dry run would do.</summary>
/// <param name="FromVersion">Changes of the origin after this one were looked at.</param>
/// <param name="First">The first recordings that change, by title.</param>
/// <param name="Conflicts">Those that are open now, the first of them.</param>
/// <param name="Tables">Checksums of what was looked at and is to be the same on both sides; none with a dry run.</param>
/// <param name="Explained">Recordings that differ for a reason, and are left out of the checksums.</param>
/// <param name="Verified">The checksums cover everything, not only the recordings that this sync looked at.</param>
/// <param name="Note">What a person should know about the vectors, in a sentence.</param>
public sealed record SyncReport(
    string From, string To, bool DryRun, long FromVersion, long ToVersion, SyncCounts Recordings, SyncCounts Segments, SyncCounts Passages, int OpenConflicts,
    IReadOnlyList<SyncedRecording> First, IReadOnlyList<SyncConflict> Conflicts, IReadOnlyList<TableCheck> Tables, IReadOnlyList<ExplainedDifference> Explained, bool Verified, string? Note, double Seconds)
{
    /// <summary>No table differs without a reason.</summary>
    public bool Agrees => Tables.All(table => table.Agrees);
}

/// <param name="Kept">Changed by the target alone; they stay.</param>
public sealed record SyncCounts(int Added, int Changed, int Deleted, int Kept);

/// <param name="Change"><c>added</c>, <c>changed</c>, <c>deleted</c>, <c>kept</c> or <c>conflict</c>.</param>
public sealed record SyncedRecording(string SourceKey, string Title, string Change);

/// <summary>One table's checksum on both sides, over keys and names that are the same everywhere.</summary>
public sealed record TableCheck(string Table, long Rows, string From, string To)
{
    public bool Agrees => From == To;
}

/// <param name="Reason">In a few words.</param>
public sealed record ExplainedDifference(string SourceKey, string Title, string Reason);

/// <summary>How far a sync is.</summary>
/// <param name="Title">A recording of those just done.</param>
public sealed record SyncProgress(int Done, int Total, string? Title);

/// <param name="Verify">Look at everything, whether it changed or not.</param>
/// <param name="Prefer">Whose word counts in conflicts about which nobody decided.</param>
public sealed record SyncOptions(bool DryRun = false, bool Verify = false, Merging.Preference Prefer = Merging.Preference.None);

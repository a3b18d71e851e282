using DrChaffee.Domain.Sync.Merging;

namespace DrChaffee.Domain.Sync;

/// <summary>Both sides changed the same since they last agreed. The target's stays until somebody decides.</summary>
/// <param name="Id">Of this library; 0 where a dry run found it.</param>
/// <param name="Ordinal">The place of the segment or passage, the number of the field, or −1 for all together.</param>
/// <param name="What">It, named for people.</param>
/// <param name="Theirs">What the other library says; null where it has nothing.</param>
/// <param name="Ours">What the library that was written says.</param>
/// <param name="Decision">What the next sync does about it: <c>from</c> takes the other's, <c>to</c> keeps ours; null where nobody decided.</param>
public sealed record SyncConflict(long Id, string SourceKey, string Title, ConflictPart Part, int Ordinal, string What, string? Theirs, string? Ours, Preference? Decision)
{
    internal static string Name(ConflictPart part, int ordinal) => (part, ordinal) switch
    {
        (ConflictPart.Recording, _) => "deleted on one side, changed on the other",
        (ConflictPart.Field, _) => ((SourceField)ordinal) switch
        {
            SourceField.PublishedAt => "date",
            var field => Data.SnakeCase.Name(field).Replace('_', ' '),
        },
        (ConflictPart.Segment, -1) => "all segments",
        (ConflictPart.Segment, _) => $"segment {ordinal}",
        (_, -1) => "all passages",
        _ => $"passage {ordinal}",
    };
}

using System.Text.Json.Serialization;

namespace DrChaffee.Domain.Capacity;

/// <summary>What the database takes on its disk.</summary>
/// <param name="Bytes">Of the whole, what PostgreSQL needs for itself included.</param>
/// <param name="Parts">The largest first.</param>
/// <param name="Refused">Why sizes cannot be told, in a sentence; null where they are.</param>
/// <param name="Folder">Where PostgreSQL keeps it on the machine it runs on; null where this role may not know.</param>
public sealed record DatabaseSize(long Bytes, IReadOnlyList<StoredPart> Parts, string? Refused, [property: JsonIgnore] string? Folder);

/// <summary>Tables that hold one thing, in an operator's words.</summary>
/// <param name="Bytes">Of the rows.</param>
public sealed record StoredPart(string Name, long Bytes, long IndexBytes, IReadOnlyList<StoredTable> Tables)
{
    public long TotalBytes => Bytes + IndexBytes;
}

/// <summary>One table and its indexes.</summary>
public sealed record StoredTable(string Name, long Bytes, long IndexBytes);

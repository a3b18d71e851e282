namespace DrChaffee.Domain.Search.Index;

/// <summary>Tells what the index of this process takes.</summary>
public sealed class IndexMeter
{
    private readonly LibraryIndexFollower _follower;

    internal IndexMeter(LibraryIndexFollower follower) => _follower = follower;

    /// <summary>Null in a process that answers no searches, and while the index is loaded for the first time.</summary>
    public IndexMemory? Read() => _follower.Index?.Memory();
}

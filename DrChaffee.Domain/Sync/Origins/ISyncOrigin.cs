using DrChaffee.Domain.Sync.Merging;
using Npgsql;

namespace DrChaffee.Domain.Sync.Origins;

/// <summary>Where changes come from: a database, or a bundle that was made of one.</summary>
internal interface ISyncOrigin : IAsyncDisposable
{
    string Name { get; }
    Guid Library { get; }

    /// <summary>The number of the last change that it holds.</summary>
    long Version { get; }

    /// <summary>What its passages are embedded with; null where nothing is.</summary>
    OriginModel? Model { get; }

    /// <summary>How many recordings <see cref="BatchesAsync"/> gives.</summary>
    int Total { get; }

    /// <summary>Recordings that changed after a position, in the order of their last change; deleted ones among them.</summary>
    /// <param name="target">The library that is written, whose agreements with the origin are wanted.</param>
    /// <param name="also">Keys that are wanted whether they changed or not.</param>
    IAsyncEnumerable<OriginBatch> BatchesAsync(Guid target, long position, IReadOnlyCollection<string> also, CancellationToken cancellationToken);

    /// <summary>Copies what the plans need into the staging tables of the target's connection.</summary>
    Task StageAsync(OriginBatch batch, IReadOnlyList<SourcePlan> plans, NpgsqlConnection target, CancellationToken cancellationToken);
}

/// <summary>Some recordings of the origin.</summary>
/// <param name="Position">All changes up to it have been given when this batch has.</param>
/// <param name="Sources">Those of the keys that exist there.</param>
/// <param name="Bases">What the origin remembers of agreements with the target.</param>
internal record OriginBatch(IReadOnlyList<string> Keys, long Position, IReadOnlyDictionary<string, SourceHashes> Sources, IReadOnlyDictionary<string, RememberedBase> Bases);

/// <param name="Round">Of two memories of the same recording the one with the greater number is the later.</param>
internal sealed record RememberedBase(long Round, byte[] Hashes);

/// <summary>The model that an origin's passages are embedded with.</summary>
internal sealed record OriginModel(int Id, string Engine, string Name, int Dimensions, int LearnedFrom, byte[]? LibraryWords);

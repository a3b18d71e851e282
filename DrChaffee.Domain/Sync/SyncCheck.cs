using System.Security.Cryptography;
using System.Text;
using DrChaffee.Domain.Sync.Merging;
using DrChaffee.Domain.Sync.Origins;

namespace DrChaffee.Domain.Sync;

/// <summary>
/// Reads what a sync looked at once more from the target, and compares table by table with what the origin's snapshot held. What differs because the target's word
/// was kept is named and left out; whatever else differs shows in the checksums.
/// </summary>
internal sealed class SyncCheck(LibraryEnd to, Guid origin, int? model)
{
    private const int BatchSize = 64;

    /// <summary>Two halves at a time: each is work for one processor of the server.</summary>
    private const int SideBySide = 2;

    private readonly List<ExplainedDifference> _explained = [];
    private readonly SortedDictionary<string, (SourceHashes? From, SourceHashes? To)> _same = new(StringComparer.Ordinal);

    public IReadOnlyList<ExplainedDifference> Explained => _explained;

    /// <param name="seen">What the origin holds of each recording, null for one that is gone there; and what was agreed there.</param>
    public async Task<IReadOnlyList<TableCheck>> RunAsync(IReadOnlyDictionary<string, (SourceHashes? From, RememberedBase? Base)> seen, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(seen.Keys.Chunk(BatchSize), new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken }, async (keys, token) =>
        {
            await using var connection = await to.ConnectAsync(token);
            var here = await HashQuery.ReadAsync(connection, keys, model, token);
            var bases = await BaseQuery.ReadAsync(connection, origin, keys, token);
            lock (_same)
                foreach (var key in keys) Look(key, seen[key].From, here.GetValueOrDefault(key), Later(bases.GetValueOrDefault(key), seen[key].Base));
        });
        return
        [
            Table("sources", _ => 1, (hash, source) => Append(hash, source.Fields)),
            Table("segments", source => source.Segments.Count, (hash, source) => Append(hash, source.Segments)),
            Table("passages", source => source.Passages.Count, (hash, source) => Append(hash, source.Passages)),
            .. model is null ? [] : (TableCheck[])[Vectors()],
            Speakers(),
        ];
    }

    private void Look(string key, SourceHashes? there, SourceHashes? here, MergeBase agreed)
    {
        var plan = SourceMerge.Of(key, there, here, agreed, new Decisions(new Dictionary<(ConflictPart, int), Preference>(), Preference.None), withVectors: model is not null);
        if (plan is { Writes: false, Differs: true }) _explained.Add(new ExplainedDifference(key, plan.Title, Reason(plan)));
        else if (there is not null || (here is not null && !agreed.IsNothing)) _same[key] = (there, here);
    }

    private static string Reason(SourcePlan plan) => plan switch
    {
        { Conflicts: > 0 } => "conflict",
        { StaysDeleted: true } => "deleted in the target",
        _ => "changed in the target",
    };

    private static MergeBase Later(RememberedBase? here, RememberedBase? there) =>
        (here, there) switch
        {
            (null, null) => MergeBase.Nothing,
            ({ } own, null) => MergeBase.From(own.Hashes),
            (null, { } other) => MergeBase.From(other.Hashes),
            _ => MergeBase.From(here.Round >= there.Round ? here.Hashes : there.Hashes),
        };

    private TableCheck Table(string table, Func<SourceHashes, long> rows, Action<IncrementalHash, SourceHashes> append) =>
        new(table, _same.Values.Sum(pair => pair.From is { } from ? rows(from) : 0), Sum(pair => pair.From, append), Sum(pair => pair.To, append));

    /// <summary>A vector that the target alone has, because it embedded what lacked one, is no difference.</summary>
    private TableCheck Vectors() => new(
        "passage_embeddings", _same.Values.Sum(pair => pair.From?.Vectors.Count(vector => vector != 0) ?? 0),
        Sum(pair => pair.From, (hash, source) => Append(hash, source.Vectors)),
        Sum(pair => pair.To is { } here && pair.From is { } there && here.Vectors.Length == there.Vectors.Length
            ? here with { Vectors = [.. here.Vectors.Select((vector, i) => there.Vectors[i] == 0 ? 0 : vector)] } : pair.To, (hash, source) => Append(hash, source.Vectors)));

    private TableCheck Speakers()
    {
        var (there, here) = (Names(pair => pair.From), Names(pair => pair.To));
        return new TableCheck("speakers", there.Count, Sum(there), Sum(here));

        SortedSet<string> Names(Func<(SourceHashes? From, SourceHashes? To), SourceHashes?> side) => new(
            _same.Values.Select(side).OfType<SourceHashes>().SelectMany(source => source.Speakers.Select(name => name.EndsWith(",t)", StringComparison.Ordinal) ? $"{source.Key} {name}" : name)), StringComparer.Ordinal);

        static string Sum(IEnumerable<string> names) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names))))[..16];
    }

    private string Sum(Func<(SourceHashes? From, SourceHashes? To), SourceHashes?> side, Action<IncrementalHash, SourceHashes> append)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var source in _same.Values.Select(side).OfType<SourceHashes>())
        {
            hash.AppendData(Encoding.UTF8.GetBytes(source.Key));
            append(hash, source);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static void Append(IncrementalHash hash, PartHashes parts)
    {
        hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(parts.Ordinals.AsSpan()));
        Append(hash, parts.Hashes);
    }

    private static void Append(IncrementalHash hash, ulong[] hashes) => hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(hashes.AsSpan()));
}

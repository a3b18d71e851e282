using System.Security.Cryptography;
using System.Text;
using DrChaffee.Domain.Sync.Merging;

namespace DrChaffee.Domain.Sync;

/// <summary>
/// Reads what a sync looked at once more from the target, and compares table by table with what the origin's snapshot held. What was planned to differ, because the
/// target's word stays, is named and left out; whatever else differs shows in the checksums.
/// </summary>
internal sealed class SyncCheck(LibraryEnd to, int? model)
{
    private const int BatchSize = 64;

    /// <summary>Two halves at a time: each is work for one processor of the server.</summary>
    private const int SideBySide = 2;

    private readonly List<ExplainedDifference> _explained = [];
    private readonly SortedDictionary<string, (SourceHashes? From, SourceHashes? To)> _same = new(StringComparer.Ordinal);

    public IReadOnlyList<ExplainedDifference> Explained => _explained;

    /// <summary>Notes what was planned for a recording, and so what it must be afterwards.</summary>
    public void Expect(SourcePlan plan)
    {
        if (plan.Differs) _explained.Add(new ExplainedDifference(plan.Key, plan.Title, Reason(plan)));
        else if (plan.From is not null || plan.Deletes) _same[plan.Key] = (plan.From, null);
    }

    public async Task<IReadOnlyList<TableCheck>> RunAsync(CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(_same.Keys.Chunk(BatchSize).ToList(), new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken }, async (keys, token) =>
        {
            await using var connection = await to.ConnectAsync(token);
            var here = await HashQuery.ReadAsync(connection, keys, model, token);
            lock (_same)
                foreach (var key in keys) _same[key] = (_same[key].From, here.GetValueOrDefault(key));
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

    private static string Reason(SourcePlan plan) => plan switch
    {
        { Conflicts: > 0 } => "conflict",
        { StaysDeleted: true } => "deleted in the target",
        _ => "changed in the target",
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

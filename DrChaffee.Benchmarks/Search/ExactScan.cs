using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DrChaffee.Domain.Search.Index;
using Npgsql;
using Pgvector;

namespace DrChaffee.Benchmarks.Search;

/// <summary>The alternative to an index: every vector of the active model in memory in one block of floats, compared one after another by one thread.</summary>
internal sealed class ExactScan
{
    private readonly float[] _vectors;
    private readonly int _dimensions;

    private ExactScan(float[] vectors, int dimensions, PassagePlace[] places) => (_vectors, _dimensions, Places) = (vectors, dimensions, places);

    public PassagePlace[] Places { get; }

    public static async Task<ExactScan> LoadAsync(NpgsqlDataSource dataSource)
    {
        await using var count = dataSource.CreateCommand("SELECT count(*), max(m.dimensions) FROM passage_embeddings e JOIN embedding_models m ON m.id = e.model_id AND m.active");
        await using var counts = await count.ExecuteReaderAsync();
        await counts.ReadAsync();
        var (passages, dimensions) = ((int)counts.GetInt64(0), counts.GetInt32(1));

        await using var command = dataSource.CreateCommand("""
            SELECT e.passage_id, p.source_id, coalesce(p.speaker_id, 0), e.embedding
            FROM passage_embeddings e JOIN embedding_models m ON m.id = e.model_id AND m.active JOIN passages p ON p.id = e.passage_id
            """);
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync();
        var scan = new ExactScan(new float[(long)passages * dimensions], dimensions, new PassagePlace[passages]);
        for (var row = 0; await reader.ReadAsync(); row++)
        {
            scan.Places[row] = new PassagePlace(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), Start: 0);
            TensorPrimitives.ConvertToSingle(reader.GetFieldValue<HalfVector>(3).ToArray(), scan._vectors.AsSpan(row * dimensions, dimensions));
        }

        return scan;
    }

    /// <summary>The nearest by cosine, best first.</summary>
    /// <param name="question">L2-normalised; the stored vectors are too, but for what half precision rounds.</param>
    /// <param name="passes">Which passages count; null for all.</param>
    public IReadOnlyList<(PassagePlace Place, float Cosine)> Nearest(ReadOnlySpan<float> question, int take, Func<PassagePlace, bool>? passes = null)
    {
        var best = new PriorityQueue<int, float>(take + 1);
        var least = float.NegativeInfinity;
        for (var row = 0; row < Places.Length; row++)
        {
            if (passes?.Invoke(Places[row]) == false) continue;
            var cosine = Dot(question, _vectors.AsSpan(row * _dimensions, _dimensions));
            if (cosine <= least && best.Count == take) continue;
            if (best.Count < take) best.Enqueue(row, cosine);
            else best.EnqueueDequeue(row, cosine);
            if (best.Count == take) best.TryPeek(out _, out least);
        }

        var found = new (PassagePlace, float)[best.Count];
        for (var rank = best.Count - 1; rank >= 0; rank--)
        {
            best.TryDequeue(out var row, out var cosine);
            found[rank] = (Places[row], cosine);
        }

        return found;
    }

    /// <summary>Four sums at once, so that the next multiplication need not wait for the last; memory is then what limits it.</summary>
    private static float Dot(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        const int Step = 4 * 8;
        if (!Fma.IsSupported || one.Length % Step != 0) return TensorPrimitives.Dot(one, other);
        var left = MemoryMarshal.Cast<float, Vector256<float>>(one);
        var right = MemoryMarshal.Cast<float, Vector256<float>>(other);
        Vector256<float> a = default, b = default, c = default, d = default;
        for (var i = 0; i + 3 < left.Length; i += 4)
        {
            a = Fma.MultiplyAdd(left[i], right[i], a);
            b = Fma.MultiplyAdd(left[i + 1], right[i + 1], b);
            c = Fma.MultiplyAdd(left[i + 2], right[i + 2], c);
            d = Fma.MultiplyAdd(left[i + 3], right[i + 3], d);
        }

        return Vector256.Sum(a + b + (c + d));
    }
}

using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DrChaffee.Domain.Search.Index;

/// <summary>
/// Writes a vector with four bits a component. The first two, the sketch, tell which of four steps around the component's mean it falls into, each about one standard
/// deviation wide, which loses least of a normal distribution (Max, "Quantizing for minimum distortion", 1960); the other two, the detail, tell where in that step.
/// Byte i of either holds the components i, i+w, i+2w and i+3w, w being the width in bytes.
/// </summary>
internal sealed class SketchCode
{
    /// <summary>Of a standard deviation: the step that loses least with four levels.</summary>
    private const float Step = 0.9957f;
    private const int Planes = 4;

    /// <summary>Where the sixteen levels part, in steps from the mean, and where in each level a normal distribution has its middle.</summary>
    private static readonly float[] Bounds = [-2.2f, -1.7f, -1.3f, -1, -0.75f, -0.5f, -0.25f, 0, 0.25f, 0.5f, 0.75f, 1, 1.3f, 1.7f, 2.2f];
    private static readonly float[] Middles = [-2.55f, -1.93f, -1.49f, -1.14f, -0.87f, -0.62f, -0.37f, -0.12f, 0.12f, 0.37f, 0.62f, 0.87f, 1.14f, 1.49f, 1.93f, 2.55f];

    private readonly float[] _mean;
    private readonly float[] _step;

    /// <param name="sample">Vectors of the model, a few hundred or more.</param>
    public SketchCode(IReadOnlyList<float[]> sample)
    {
        Dimensions = sample[0].Length;
        Width = WidthOf(Dimensions);
        (_mean, _step) = (new float[Dimensions], new float[Dimensions]);
        foreach (var vector in sample) TensorPrimitives.Add<float>(_mean, vector, _mean);
        TensorPrimitives.Divide(_mean, sample.Count, _mean);
        for (var i = 0; i < Dimensions; i++)
            _step[i] = Math.Max(1e-6f, Step * MathF.Sqrt(sample.Sum(vector => (vector[i] - _mean[i]) * (vector[i] - _mean[i])) / sample.Count));
    }

    public int Dimensions { get; }

    /// <summary>Bytes of a sketch, and of its detail; a multiple of 32.</summary>
    public int Width { get; }

    /// <summary>Of both.</summary>
    public static long BytesOfAPassage(int dimensions) => 2L * WidthOf(dimensions);

    public void Write(ReadOnlySpan<float> vector, Span<byte> sketch, Span<byte> detail)
    {
        sketch.Clear();
        detail.Clear();
        for (var i = 0; i < vector.Length; i++)
        {
            var steps = (vector[i] - _mean[i]) / _step[i];
            var level = 0;
            foreach (var bound in Bounds) level += steps >= bound ? 1 : 0;
            sketch[i % Width] |= (byte)((level >> 2) << (2 * (i / Width)));
            detail[i % Width] |= (byte)((level & 3) << (2 * (i / Width)));
        }
    }

    /// <summary>What each of the sixteen levels of each component adds to the dot product with a question, the components of a byte's four places one after another; and what all vectors have in common.</summary>
    public (float[] Levels, float Common) Table(ReadOnlySpan<float> question)
    {
        var table = new float[Planes * Width * Middles.Length];
        for (var i = 0; i < Dimensions; i++) TensorPrimitives.Multiply(Middles, question[i] * _step[i], table.AsSpan(i * Middles.Length, Middles.Length));
        return (table, TensorPrimitives.Dot(question, _mean));
    }

    /// <summary>About the dot product of a question and the vector that was written: within some hundredths.</summary>
    public float Dot(ReadOnlySpan<byte> sketch, ReadOnlySpan<byte> detail, (float[] Levels, float Common) table)
    {
        var sum = table.Common;
        for (var plane = 0; plane < Planes; plane++)
        {
            var levels = table.Levels.AsSpan(plane * Width * Middles.Length, Width * Middles.Length);
            for (var i = 0; i < sketch.Length; i++)
                sum += levels[i * Middles.Length + (((sketch[i] >> (2 * plane)) & 3) << 2 | ((detail[i] >> (2 * plane)) & 3))];
        }

        return sum;
    }

    /// <summary>What each level of each component is worth to a question: eight bits, the largest being 127.</summary>
    public sbyte[] Weights(ReadOnlySpan<float> question)
    {
        Span<float> worth = stackalloc float[Dimensions];
        TensorPrimitives.Multiply(question, _step, worth);
        var scale = 127 / Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude<float>(worth)), 1e-9f);
        var weights = new sbyte[Planes * Width];
        for (var i = 0; i < worth.Length; i++) weights[i] = (sbyte)MathF.Round(worth[i] * scale);
        return weights;
    }

    /// <summary>How near sketches, one behind another, are to a question: greater is nearer, and comparable for one question only.</summary>
    /// <param name="nearness">One place for each sketch.</param>
    public void Compare(ReadOnlySpan<byte> sketches, ReadOnlySpan<sbyte> weights, Span<float> nearness)
    {
        if (Avx512BW.IsSupported && Width == Vector512<byte>.Count) CompareWhole(sketches, weights, nearness);
        else if (Avx2.IsSupported) CompareParts(sketches, weights, nearness);
        else CompareEach(sketches, weights, nearness);
    }

    internal void CompareEach(ReadOnlySpan<byte> sketches, ReadOnlySpan<sbyte> weights, Span<float> nearness)
    {
        for (var row = 0; row < nearness.Length; row++)
        {
            var sketch = sketches.Slice(row * Width, Width);
            var sum = 0;
            for (var plane = 0; plane < Planes; plane++)
                for (var i = 0; i < Width; i++) sum += ((sketch[i] >> (2 * plane)) & 3) * weights[plane * Width + i];
            nearness[row] = sum;
        }
    }

    /// <summary>Sketches of 64 bytes, which one register holds: those of the model that ships with the program.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // one call is a long loop: it cannot wait to be called often
    private static void CompareWhole(ReadOnlySpan<byte> sketches, ReadOnlySpan<sbyte> weights, Span<float> nearness)
    {
        ref var bytes = ref MemoryMarshal.GetReference(sketches);
        ref var worth = ref MemoryMarshal.GetReference(weights);
        var (first, second) = (Vector512.LoadUnsafe(ref worth), Vector512.LoadUnsafe(ref worth, 64));
        var (third, fourth) = (Vector512.LoadUnsafe(ref worth, 128), Vector512.LoadUnsafe(ref worth, 192));
        var row = 0;
        for (; row + 4 <= nearness.Length; row += 4) // four sums at once cost little more than one
        {
            var left = Avx2.HorizontalAdd(Products(ref bytes, row, first, second, third, fourth), Products(ref bytes, row + 1, first, second, third, fourth));
            var right = Avx2.HorizontalAdd(Products(ref bytes, row + 2, first, second, third, fourth), Products(ref bytes, row + 3, first, second, third, fourth));
            var sums = Avx2.HorizontalAdd(left, right);
            Vector128.ConvertToSingle(sums.GetLower() + sums.GetUpper()).StoreUnsafe(ref nearness[row]);
        }

        for (; row < nearness.Length; row++) nearness[row] = Vector256.Sum(Products(ref bytes, row, first, second, third, fourth));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Products(ref byte bytes, int row, Vector512<sbyte> first, Vector512<sbyte> second, Vector512<sbyte> third, Vector512<sbyte> fourth)
    {
        var low = Vector512.Create((byte)3);
        var levels = Vector512.LoadUnsafe(ref bytes, (nuint)row * 64);
        var shifted = levels.AsUInt16();
        var part = Avx512BW.MultiplyAddAdjacent(levels & low, first) + Avx512BW.MultiplyAddAdjacent((shifted >>> 2).AsByte() & low, second)
            + Avx512BW.MultiplyAddAdjacent((shifted >>> 4).AsByte() & low, third) + Avx512BW.MultiplyAddAdjacent((shifted >>> 6).AsByte() & low, fourth);
        var sum = Avx512BW.MultiplyAddAdjacent(part, Vector512.Create((short)1)); // four times 762 at most: no overflow
        return sum.GetLower() + sum.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CompareParts(ReadOnlySpan<byte> sketches, ReadOnlySpan<sbyte> weights, Span<float> nearness)
    {
        ref var bytes = ref MemoryMarshal.GetReference(sketches);
        ref var worth = ref MemoryMarshal.GetReference(weights);
        var width = (nuint)Width;
        var (low, ones) = (Vector256.Create((byte)3), Vector256.Create((short)1));
        for (var row = 0; row < nearness.Length; row++)
        {
            var sum = Vector256<int>.Zero;
            for (nuint i = 0; i < width; i += (nuint)Vector256<byte>.Count)
            {
                var levels = Vector256.LoadUnsafe(ref bytes, (nuint)row * width + i);
                var shifted = levels.AsUInt16();
                var part = Avx2.MultiplyAddAdjacent(levels & low, Vector256.LoadUnsafe(ref worth, i))
                    + Avx2.MultiplyAddAdjacent((shifted >>> 2).AsByte() & low, Vector256.LoadUnsafe(ref worth, i + width))
                    + Avx2.MultiplyAddAdjacent((shifted >>> 4).AsByte() & low, Vector256.LoadUnsafe(ref worth, i + 2 * width))
                    + Avx2.MultiplyAddAdjacent((shifted >>> 6).AsByte() & low, Vector256.LoadUnsafe(ref worth, i + 3 * width));
                sum += Avx2.MultiplyAddAdjacent(part, ones);
            }

            nearness[row] = Vector256.Sum(sum);
        }
    }

    private static int WidthOf(int dimensions) => (dimensions + Planes * Vector256<byte>.Count - 1) / (Planes * Vector256<byte>.Count) * Vector256<byte>.Count;
}

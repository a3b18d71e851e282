using System.Numerics.Tensors;
using Pgvector;

namespace DrChaffee.Domain.Search;

/// <summary>Vectors in half precision, as the database holds them.</summary>
public static class HalfVectors
{
    public static HalfVector From(ReadOnlySpan<float> vector)
    {
        var half = new Half[vector.Length];
        TensorPrimitives.ConvertToHalf(vector, half);
        return new HalfVector(half);
    }

    public static float[] ToSingle(HalfVector vector)
    {
        var half = vector.Memory.Span;
        var single = new float[half.Length];
        TensorPrimitives.ConvertToSingle(half, single);
        return single;
    }
}

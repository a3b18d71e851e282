using System.Numerics.Tensors;
using DrChaffee.Ingestion.Embedding;

namespace DrChaffee.Training.Learning;

/// <summary>
/// One step of symmetric InfoNCE with in-batch negatives (van den Oord et al., 2018; both directions as in CLIP, Radford et al., 2021):
/// every left text must find its own right text among those of the batch, and every right its left. Texts of one group are not held against each other.
/// </summary>
internal sealed class ContrastiveBatch(EmbeddingTable table, int size, float scale)
{
    private readonly int _dimensions = table.Dimensions;
    private readonly float[] _left = new float[size * table.Dimensions];
    private readonly float[] _right = new float[size * table.Dimensions];
    private readonly float[] _leftLength = new float[size];
    private readonly float[] _rightLength = new float[size];
    private readonly float[] _similarities = new float[size * size];
    private readonly float[] _columns = new float[size * size];

    /// <summary>Adds the gradients to the table and gives the mean loss.</summary>
    public double Run(IReadOnlyList<TokenBag> left, IReadOnlyList<TokenBag> right, IReadOnlyList<int> groups)
    {
        Forward(left, _left, _leftLength);
        Forward(right, _right, _rightLength);
        var losses = new double[size];
        Parallel.For(0, size, i =>
        {
            var row = _similarities.AsSpan(i * size, size);
            for (var j = 0; j < size; j++)
                row[j] = i != j && groups[i] == groups[j] ? float.NegativeInfinity : scale * TensorPrimitives.Dot<float>(Of(_left, i), Of(_right, j));
        });
        Parallel.For(0, size, i =>
        {
            var column = _columns.AsSpan(i * size, size);
            for (var j = 0; j < size; j++) column[j] = _similarities[j * size + i];
            losses[i] = -Math.Log(Math.Max(Softmax(column, i), 1e-30));
        });
        Parallel.For(0, size, i => losses[i] -= Math.Log(Math.Max(Softmax(_similarities.AsSpan(i * size, size), i), 1e-30)));

        // The gradient of both directions: what is expected less what is so, averaged over the batch.
        Parallel.For(0, size, i =>
        {
            var row = _similarities.AsSpan(i * size, size);
            for (var j = 0; j < size; j++) row[j] = (row[j] + _columns[j * size + i] - (i == j ? 2 : 0)) * scale / (2 * size);
        });
        Backward(left, _left, _leftLength, _right, transposed: false);
        Backward(right, _right, _rightLength, _left, transposed: true);
        return losses.Sum() / (2 * size);
    }

    private Span<float> Of(float[] vectors, int i) => vectors.AsSpan(i * _dimensions, _dimensions);

    private void Forward(IReadOnlyList<TokenBag> bags, float[] vectors, float[] lengths) => Parallel.For(0, size, i =>
    {
        var vector = Of(vectors, i);
        table.Sum(bags[i], vector);
        lengths[i] = Math.Max(TensorPrimitives.Norm<float>(vector), 1e-6f);
        TensorPrimitives.Divide(vector, lengths[i], vector);
    });

    /// <summary>Turns logits into probabilities in place and gives that of the true partner.</summary>
    private static double Softmax(Span<float> logits, int partner)
    {
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max<float>(logits), logits);
        TensorPrimitives.Exp<float>(logits, logits);
        TensorPrimitives.Divide(logits, TensorPrimitives.Sum<float>(logits), logits);
        return logits[partner];
    }

    private void Backward(IReadOnlyList<TokenBag> bags, float[] own, float[] lengths, float[] other, bool transposed)
    {
        var gradients = new float[size * _dimensions];
        Parallel.For(0, size, i =>
        {
            var gradient = Of(gradients, i);
            for (var j = 0; j < size; j++)
            {
                var weight = transposed ? _similarities[j * size + i] : _similarities[i * size + j];
                if (MathF.Abs(weight) > 1e-9f) TensorPrimitives.MultiplyAdd(Of(other, j), weight, gradient, gradient);
            }

            // Through the normalisation: only what is across the vector turns it.
            TensorPrimitives.MultiplyAdd(Of(own, i), -TensorPrimitives.Dot<float>(gradient, Of(own, i)), gradient, gradient);
            TensorPrimitives.Divide(gradient, lengths[i], gradient);
        });
        for (var i = 0; i < size; i++) table.Backward(bags[i], Of(gradients, i));
    }
}

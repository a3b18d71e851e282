using System.Numerics.Tensors;
using DrChaffee.Ingestion.Embedding;

namespace DrChaffee.Training.Learning;

/// <summary>The rows that are learned, with Adam's moments for each (Kingma and Ba, 2015); only the rows that a batch touched move.</summary>
internal sealed class EmbeddingTable(int rows, int dimensions)
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;

    private readonly float[] _values = new float[rows * dimensions];
    private readonly float[] _first = new float[rows * dimensions];
    private readonly float[] _second = new float[rows * dimensions];
    private readonly float[] _gradients = new float[rows * dimensions];
    private readonly int[] _steps = new int[rows];
    private readonly HashSet<int> _touched = [];

    public int Rows => rows;

    public int Dimensions => dimensions;

    public Span<float> Row(int row) => _values.AsSpan(row * dimensions, dimensions);

    public StemTable Quantise() => StemTable.From(rows, dimensions, row => Row(row));

    /// <summary>Random directions; a row's length is its word's weight.</summary>
    public void Initialise(Random random, Func<int, float> length)
    {
        for (var row = 0; row < rows; row++)
        {
            var values = Row(row);
            for (var i = 0; i < dimensions; i++) values[i] = (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
            TensorPrimitives.Multiply(values, length(row) / TensorPrimitives.Norm<float>(values), values);
        }
    }

    /// <summary>The weighted sum of a text's rows.</summary>
    public void Sum(TokenBag bag, Span<float> sum)
    {
        sum.Clear();
        for (var i = 0; i < bag.Rows.Length; i++) TensorPrimitives.MultiplyAdd(Row(bag.Rows[i]), bag.Weights[i], sum, sum);
    }

    /// <summary>Passes the gradient of a text's sum on to its rows.</summary>
    public void Backward(TokenBag bag, ReadOnlySpan<float> gradient)
    {
        for (var i = 0; i < bag.Rows.Length; i++)
        {
            var row = _gradients.AsSpan(bag.Rows[i] * dimensions, dimensions);
            TensorPrimitives.MultiplyAdd(gradient, bag.Weights[i], row, row);
            _touched.Add(bag.Rows[i]);
        }
    }

    /// <summary>Moves the touched rows and forgets their gradients.</summary>
    public void Step(float rate)
    {
        Parallel.ForEach(_touched, row => // rows are independent: the order changes nothing
        {
            var at = row * dimensions;
            var steps = ++_steps[row];
            var (correct1, correct2) = (1 - MathF.Pow(Beta1, steps), 1 - MathF.Pow(Beta2, steps));
            for (var i = at; i < at + dimensions; i++)
            {
                var gradient = _gradients[i];
                _first[i] = Beta1 * _first[i] + (1 - Beta1) * gradient;
                _second[i] = Beta2 * _second[i] + (1 - Beta2) * gradient * gradient;
                _values[i] -= rate * (_first[i] / correct1) / (MathF.Sqrt(_second[i] / correct2) + 1e-8f);
                _gradients[i] = 0;
            }
        });
        _touched.Clear();
    }
}

using static DrChaffee.Web.Tests.Embedding.Onnx.TinyBert;

namespace DrChaffee.Web.Tests.Embedding.Onnx;

/// <summary>The small BERT computed in plain loops, one text at a time and without padding: what the runtime's answer is held against.</summary>
internal static class TinyBertByHand
{
    /// <param name="firstLength">Tokens of the first of two texts.</param>
    public static double[][] Encode(TinyBert bert, int[] ids, int firstLength = int.MaxValue)
    {
        var x = ids.Select((id, place) => Norm(Numbers(Hidden, i =>
            bert.Words[id * Hidden + i] + (double)bert.Places[place * Hidden + i] + bert.Types[(place < firstLength ? 0 : Hidden) + i]), bert.Norm)).ToArray();
        foreach (var layer in bert.Layers) x = Inner(Attend(x, layer), layer);
        return x;
    }

    public static double Classify(TinyBert bert, int[] ids, int firstLength) =>
        Dense([.. Dense(Encode(bert, ids, firstLength)[0], bert.Pooler).Select(Math.Tanh)], bert.Classifier)[0];

    public static double[] Normalised(double[] vector)
    {
        var length = Math.Sqrt(vector.Sum(v => v * v));
        return [.. vector.Select(v => v / length)];
    }

    public static double[] Mean(double[][] tokens) => Numbers(Hidden, i => tokens.Average(token => token[i]));

    private static double[][] Attend(double[][] x, Layer layer)
    {
        const int Size = Hidden / Heads;
        var (query, key, value) = (Each(x, layer.Query), Each(x, layer.Key), Each(x, layer.Value));
        var mixed = x.Select(_ => new double[Hidden]).ToArray();
        for (var head = 0; head < Heads; head++)
        {
            for (var from = 0; from < x.Length; from++)
            {
                var weights = new double[x.Length];
                for (var to = 0; to < x.Length; to++)
                {
                    for (var i = 0; i < Size; i++) weights[to] += query[from][head * Size + i] * key[to][head * Size + i];
                    weights[to] = Math.Exp(weights[to] / Math.Sqrt(Size));
                }

                for (var to = 0; to < x.Length; to++)
                    for (var i = 0; i < Size; i++) mixed[from][head * Size + i] += weights[to] / weights.Sum() * value[to][head * Size + i];
            }
        }

        var projected = Each(mixed, layer.Mix);
        return [.. x.Select((token, at) => Norm(Numbers(Hidden, i => token[i] + projected[at][i]), layer.AfterAttention))];
    }

    private static double[][] Inner(double[][] x, Layer layer) => [.. x.Select(token =>
    {
        double[] wide = [.. Dense(token, layer.Widen).Select(v => 0.5 * v * (1 + Erf(v / Math.Sqrt(2))))];
        var narrow = Dense(wide, layer.Narrow);
        return Norm(Numbers(Hidden, i => token[i] + narrow[i]), layer.AfterInner);
    })];

    private static double[][] Each(double[][] x, DenseWeights dense) => [.. x.Select(token => Dense(token, dense))];

    private static double[] Dense(double[] x, DenseWeights dense) => Numbers(dense.Outputs, o => dense.Bias[o] + x.Select((v, i) => v * dense.Weights[i * dense.Outputs + o]).Sum());

    private static double[] Norm(double[] x, NormWeights norm)
    {
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + Epsilon);
        return Numbers(x.Length, i => (x[i] - mean) / deviation * norm.Scale[i] + norm.Shift[i]);
    }

    /// <summary>The error function by its own series, which converges fast for the small numbers met here.</summary>
    private static double Erf(double x)
    {
        double term = x, sum = x;
        for (var n = 1; n < 60; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double[] Numbers(int count, Func<int, double> number) => [.. Enumerable.Range(0, count).Select(number)];
}

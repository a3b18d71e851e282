namespace DrChaffee.Web.Tests.Embedding.Onnx;

/// <summary>A BERT of the right shape and of no size: two layers of two heads, eight numbers a token, weights by a fixed seed.</summary>
internal sealed class TinyBert
{
    public const int Hidden = 8;
    public const int Heads = 2;
    public const int Inner = 16;
    public const int Positions = 24;
    public const float Epsilon = 1e-12f;

    /// <summary>The word pieces; a piece's line is its number.</summary>
    public static readonly string[] Vocabulary =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ":", "?", "salt", "raises", "blood", "pressure", "why", "does", "question", "passage", "walk", "##ing", "##s", "a", "after", "dinner", "cafe"];

    private readonly Random _random = new(20_240_917);

    public TinyBert()
    {
        (Words, Places, Types) = (Matrix(Vocabulary.Length, Hidden), Matrix(Positions, Hidden), Matrix(2, Hidden));
        Norm = new NormWeights(Vector(Hidden, 1), Vector(Hidden, 0));
        Layers = [.. Enumerable.Range(0, 2).Select(_ => new Layer(
            Dense(Hidden, Hidden), Dense(Hidden, Hidden), Dense(Hidden, Hidden), Dense(Hidden, Hidden), new NormWeights(Vector(Hidden, 1), Vector(Hidden, 0)),
            Dense(Hidden, Inner), Dense(Inner, Hidden), new NormWeights(Vector(Hidden, 1), Vector(Hidden, 0))))];
        (Pooler, Classifier) = (Dense(Hidden, Hidden), Dense(Hidden, 1));
    }

    public float[] Words { get; }
    public float[] Places { get; }
    public float[] Types { get; }
    public NormWeights Norm { get; }
    public Layer[] Layers { get; }
    public DenseWeights Pooler { get; }
    public DenseWeights Classifier { get; }

    public static int[] Ids(string pieces) => [.. pieces.Split(' ').Select(piece => Array.IndexOf(Vocabulary, piece))];

    private DenseWeights Dense(int inputs, int outputs) => new(Matrix(inputs, outputs), Vector(outputs, 0), inputs, outputs);

    private float[] Matrix(int rows, int columns) => Vector(rows * columns, 0);

    private float[] Vector(int length, float centre) => [.. Enumerable.Range(0, length).Select(_ => centre + 0.8f * (_random.NextSingle() - 0.5f))];

    /// <param name="Weights">Row by row: input by output.</param>
    internal sealed record DenseWeights(float[] Weights, float[] Bias, int Inputs, int Outputs);

    internal sealed record NormWeights(float[] Scale, float[] Shift);

    internal sealed record Layer(DenseWeights Query, DenseWeights Key, DenseWeights Value, DenseWeights Mix, NormWeights AfterAttention, DenseWeights Widen, DenseWeights Narrow, NormWeights AfterInner);
}

namespace DrChaffee.Web.Tests.Embedding.Onnx;

/// <summary>A BERT of the right shape, and of no size unless one is asked for: two layers of two heads, eight numbers a token, weights by a fixed seed.</summary>
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
    private readonly float _spread;

    public TinyBert(BertSize? size = null)
    {
        Size = size ?? new BertSize(Hidden, Heads, Inner, Positions, Layers: 2);
        _spread = 0.8f * MathF.Sqrt((float)Hidden / Size.Hidden);
        var (hidden, inner) = (Size.Hidden, Size.Inner);
        (Words, Places, Types) = (Matrix(Vocabulary.Length, hidden), Matrix(Size.Positions, hidden), Matrix(2, hidden));
        Norm = new NormWeights(Vector(hidden, 1), Vector(hidden, 0));
        Layers = [.. Enumerable.Range(0, Size.Layers).Select(_ => new Layer(
            Dense(hidden, hidden), Dense(hidden, hidden), Dense(hidden, hidden), Dense(hidden, hidden), new NormWeights(Vector(hidden, 1), Vector(hidden, 0)),
            Dense(hidden, inner), Dense(inner, hidden), new NormWeights(Vector(hidden, 1), Vector(hidden, 0))))];
        (Pooler, Classifier) = (Dense(hidden, hidden), Dense(hidden, 1));
    }

    public BertSize Size { get; }
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

    private float[] Vector(int length, float centre) => [.. Enumerable.Range(0, length).Select(_ => centre + _spread * (_random.NextSingle() - 0.5f))];

    /// <param name="Weights">Row by row: input by output.</param>
    internal sealed record DenseWeights(float[] Weights, float[] Bias, int Inputs, int Outputs);

    internal sealed record NormWeights(float[] Scale, float[] Shift);

    internal sealed record Layer(DenseWeights Query, DenseWeights Key, DenseWeights Value, DenseWeights Mix, NormWeights AfterAttention, DenseWeights Widen, DenseWeights Narrow, NormWeights AfterInner);
}

internal sealed record BertSize(int Hidden, int Heads, int Inner, int Positions, int Layers);

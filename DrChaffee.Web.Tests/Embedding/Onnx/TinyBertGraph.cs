using static DrChaffee.Web.Tests.Embedding.Onnx.TinyBert;

namespace DrChaffee.Web.Tests.Embedding.Onnx;

/// <summary>Writes the small BERT as an exporter would: tokens, mask and types in; the last hidden state, or a classifier's logits, out.</summary>
internal sealed class TinyBertGraph(TinyBert bert, bool int8)
{
    private const float Masked = -10_000;

    private readonly OnnxFile _file = new();

    public static void SaveEncoder(TinyBert bert, string path, bool int8 = false)
    {
        var graph = new TinyBertGraph(bert, int8);
        graph.Finish(graph.Encode(), "last_hidden_state", path);
    }

    public static void SaveClassifier(TinyBert bert, string path)
    {
        var graph = new TinyBertGraph(bert, int8: false);
        var first = graph._file.Node("Gather", [graph.Encode(), graph._file.Constant([0L])], ("axis", 1));
        graph.Finish(graph.Dense(graph._file.Node("Tanh", [graph.Dense(first, bert.Pooler)]), bert.Classifier), "logits", path);
    }

    private void Finish(string value, string name, string path)
    {
        _file.Name(value, name);
        _file.Output(name);
        _file.Save(path);
    }

    private string Encode()
    {
        foreach (var input in (string[])["input_ids", "attention_mask", "token_type_ids"]) _file.Input(input);
        var words = _file.Node("Gather", [_file.Constant(bert.Words, Vocabulary.Length, bert.Size.Hidden), "input_ids"]);
        var types = _file.Node("Gather", [_file.Constant(bert.Types, 2, bert.Size.Hidden), "token_type_ids"]);
        var width = _file.Node("Gather", [_file.Node("Shape", ["input_ids"]), _file.Constant([1L])]);
        var places = _file.Node("Gather", [_file.Constant(bert.Places, bert.Size.Positions, bert.Size.Hidden), _file.Node("Range", [_file.Constant([0L]), width, _file.Constant([1L])])]);
        var mask = _file.Node("Unsqueeze", [_file.Node("Cast", ["attention_mask"], ("to", 1)), _file.Constant([1L, 2L], 2)]);
        var hide = _file.Node("Mul", [_file.Node("Sub", [_file.Constant([1f]), mask]), _file.Constant([Masked])]);
        var x = Norm(Add(Add(words, types), places), bert.Norm);
        return bert.Layers.Aggregate(x, (state, layer) => Inner(Attend(state, layer, hide), layer));
    }

    private string Attend(string x, Layer layer, string hide)
    {
        var query = Split(Dense(x, layer.Query), 0, 2, 1, 3);
        var key = Split(Dense(x, layer.Key), 0, 2, 3, 1);
        var value = Split(Dense(x, layer.Value), 0, 2, 1, 3);
        var scores = _file.Node("Mul", [_file.Node("MatMul", [query, key]), _file.Constant([1 / MathF.Sqrt(bert.Size.Hidden / bert.Size.Heads)])]);
        var shares = _file.Node("Softmax", [Add(scores, hide)], ("axis", -1));
        var mixed = _file.Node("Transpose", [_file.Node("MatMul", [shares, value])], ("perm", new[] { 0, 2, 1, 3 }));
        var joined = _file.Node("Reshape", [mixed, _file.Constant([0L, 0L, bert.Size.Hidden], 3)]);
        return Norm(Add(x, Dense(joined, layer.Mix)), layer.AfterAttention);
    }

    private string Inner(string x, Layer layer)
    {
        var wide = Dense(x, layer.Widen);
        var gate = Add(_file.Node("Erf", [_file.Node("Mul", [wide, _file.Constant([1 / MathF.Sqrt(2)])])]), _file.Constant([1f]));
        var gelu = _file.Node("Mul", [_file.Node("Mul", [wide, gate]), _file.Constant([0.5f])]);
        return Norm(Add(x, Dense(gelu, layer.Narrow)), layer.AfterInner);
    }

    private string Split(string x, params int[] order) =>
        _file.Node("Transpose", [_file.Node("Reshape", [x, _file.Constant([0L, 0L, bert.Size.Heads, bert.Size.Hidden / bert.Size.Heads], 4)])], ("perm", order));

    private string Dense(string x, DenseWeights dense) => Add(int8 ? Quantised(x, dense) : _file.Node("MatMul", [x, _file.Constant(dense.Weights, dense.Inputs, dense.Outputs)]), _file.Constant(dense.Bias, dense.Outputs));

    /// <summary>As dynamic quantisation exports it: whole numbers times whole numbers, scaled afterwards.</summary>
    private string Quantised(string x, DenseWeights dense)
    {
        var scale = dense.Weights.Max(MathF.Abs) / 127;
        var weights = _file.Constant(Array.ConvertAll(dense.Weights, w => (sbyte)MathF.Round(w / scale)).AsSpan(), dense.Inputs, dense.Outputs);
        var quantised = _file.Nodes("DynamicQuantizeLinear", [x], 3);
        var product = _file.Node("MatMulInteger", [quantised[0], weights, quantised[2]]);
        return _file.Node("Mul", [_file.Node("Cast", [product], ("to", 1)), _file.Node("Mul", [quantised[1], _file.Constant([scale])])]);
    }

    private string Norm(string x, NormWeights norm) => _file.Node("LayerNormalization", [x, _file.Constant(norm.Scale, bert.Size.Hidden), _file.Constant(norm.Shift, bert.Size.Hidden)], ("axis", -1), ("epsilon", Epsilon));

    private string Add(string left, string right) => _file.Node("Add", [left, right]);
}

using DrChaffee.Training.Learning;
using Google.Protobuf;

namespace DrChaffee.Training.Export;

/// <summary>
/// Writes the table as an ONNX model: rows [batch, tokens] and weights [batch, tokens] to embedding [batch, dimensions], L2-normalised.
/// Rows are int8 with one scale each. The numbers are those of the fields in onnx.proto, IR version 8, operator set 13.
/// </summary>
internal static class OnnxModel
{
    private const int Int8 = 3, Int64 = 7, Float = 1;

    public static void Write(string path, string name, EmbeddingTable table)
    {
        var (values, scales) = Quantise(table);
        var graph = OnnxProto.Message(graph =>
        {
            Node(graph, "Gather", ["table", "rows"], "gathered");
            Node(graph, "Cast", ["gathered"], "vectors", OnnxProto.IntAttribute("to", Float));
            Node(graph, "Gather", ["scales", "rows"], "row_scales");
            Node(graph, "Mul", ["row_scales", "weights"], "factors");
            Node(graph, "Unsqueeze", ["factors", "axis_one"], "factor_rows");
            Node(graph, "MatMul", ["factor_rows", "vectors"], "sum_rows");
            Node(graph, "Squeeze", ["sum_rows", "axis_one"], "sum");
            Node(graph, "LpNormalization", ["sum"], "embedding", OnnxProto.IntAttribute("axis", -1), OnnxProto.IntAttribute("p", 2));
            graph.Text(2, name);
            graph.Inner(5, Tensor("table", Int8, [table.Rows, table.Dimensions], values));
            graph.Inner(5, Tensor("scales", Float, [table.Rows], System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(scales).ToArray()));
            graph.Inner(5, Tensor("axis_one", Int64, [1], BitConverter.GetBytes(1L)));
            graph.Inner(11, Value("rows", Int64, ["batch", "tokens"]));
            graph.Inner(11, Value("weights", Float, ["batch", "tokens"]));
            graph.Inner(12, Value("embedding", Float, ["batch", table.Dimensions]));
        });
        File.WriteAllBytes(path, OnnxProto.Message(model =>
        {
            model.Number(1, 8);
            model.Text(2, "DrChaffee.Training");
            model.Inner(7, graph);
            model.Inner(8, OnnxProto.Message(set => set.Number(2, 13)));
        }).ToByteArray());
    }

    /// <summary>Symmetric int8: a row's scale is its largest magnitude over 127.</summary>
    internal static (byte[] Values, float[] Scales) Quantise(EmbeddingTable table)
    {
        var values = new byte[table.Rows * table.Dimensions];
        var scales = new float[table.Rows];
        for (var row = 0; row < table.Rows; row++)
        {
            var source = table.Row(row);
            scales[row] = Math.Max(Math.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude<float>(source)), 1e-9f) / 127;
            for (var i = 0; i < table.Dimensions; i++)
                values[row * table.Dimensions + i] = unchecked((byte)(sbyte)Math.Clamp(MathF.Round(source[i] / scales[row]), -127, 127));
        }

        return (values, scales);
    }

    private static void Node(OnnxProto graph, string operation, string[] inputs, string output, params ReadOnlySpan<ByteString> attributes)
    {
        var all = attributes.ToArray();
        graph.Inner(1, OnnxProto.Message(node =>
        {
            foreach (var input in inputs) node.Text(1, input);
            node.Text(2, output);
            node.Text(3, output);
            node.Text(4, operation);
            foreach (var attribute in all) node.Inner(5, attribute);
        }));
    }

    private static ByteString Tensor(string name, int type, long[] shape, byte[] raw) => OnnxProto.Message(tensor =>
    {
        foreach (var dimension in shape) tensor.Number(1, dimension);
        tensor.Number(2, type);
        tensor.Text(8, name);
        tensor.Bytes(9, raw);
    });

    private static ByteString Value(string name, int type, object[] shape) => OnnxProto.Message(value =>
    {
        value.Text(1, name);
        value.Inner(2, OnnxProto.Message(types => types.Inner(1, OnnxProto.Message(tensor =>
        {
            tensor.Number(1, type);
            tensor.Inner(2, OnnxProto.Message(dimensions =>
            {
                foreach (var dimension in shape)
                {
                    dimensions.Inner(1, OnnxProto.Message(one =>
                    {
                        if (dimension is int number) one.Number(1, number);
                        else one.Text(2, (string)dimension);
                    }));
                }
            }));
        }))));
    });
}

using System.Runtime.InteropServices;
using System.Text;

namespace DrChaffee.Web.Tests.Embedding.Onnx;

/// <summary>Writes a small ONNX model: the few messages of its format that a graph needs, field by field.</summary>
internal sealed class OnnxFile
{
    private const int IrVersion = 8;
    private const int OperatorSet = 17; // the first with LayerNormalization
    private const int Float = 1;
    private const int Int8 = 3;
    private const int Int64 = 7;

    private readonly List<byte> _graph = [];
    private int _names;

    public string Constant(ReadOnlySpan<float> values, params ReadOnlySpan<int> shape) => Initializer(Float, MemoryMarshal.AsBytes(values), shape);

    public string Constant(ReadOnlySpan<long> values, params ReadOnlySpan<int> shape) => Initializer(Int64, MemoryMarshal.AsBytes(values), shape);

    public string Constant(ReadOnlySpan<sbyte> values, params ReadOnlySpan<int> shape) => Initializer(Int8, MemoryMarshal.AsBytes(values), shape);

    public void Input(string name) => Message(_graph, 11, ValueInfo(name, Int64));

    public void Output(string name) => Message(_graph, 12, ValueInfo(name, Float));

    /// <summary>Adds a node and gives the name of its first output.</summary>
    public string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes) => Nodes(operation, inputs, 1, attributes)[0];

    public string[] Nodes(string operation, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => $"v{_names++}")];
        Add(operation, inputs, names, attributes);
        return names;
    }

    public void Name(string value, string name) => Add("Identity", [value], [name], []);

    public void Save(string path)
    {
        var model = new List<byte>();
        Number(model, 1, IrVersion);
        Text(_graph, 2, "graph");
        Message(model, 7, _graph);
        var operators = new List<byte>();
        Text(operators, 1, "");
        Number(operators, 2, OperatorSet);
        Message(model, 8, operators);
        File.WriteAllBytes(path, [.. model]);
    }

    private void Add(string operation, string[] inputs, string[] outputs, (string Name, object Value)[] attributes)
    {
        var node = new List<byte>();
        foreach (var input in inputs) Text(node, 1, input);
        foreach (var output in outputs) Text(node, 2, output);
        Text(node, 4, operation);
        foreach (var (name, value) in attributes)
        {
            var attribute = new List<byte>();
            Text(attribute, 1, name);
            if (value is float real)
            {
                Tag(attribute, 2, 5);
                attribute.AddRange(BitConverter.GetBytes(real));
            }

            if (value is int whole) Number(attribute, 3, whole);
            foreach (var item in value as int[] ?? []) Number(attribute, 8, item);
            Number(attribute, 20, value is float ? 1 : value is int ? 2 : 7);
            Message(node, 5, attribute);
        }

        Message(_graph, 1, node);
    }

    private string Initializer(int type, ReadOnlySpan<byte> raw, ReadOnlySpan<int> shape)
    {
        var name = $"c{_names++}";
        var tensor = new List<byte>();
        foreach (var length in shape) Number(tensor, 1, length);
        Number(tensor, 2, type);
        Text(tensor, 8, name);
        Bytes(tensor, 9, raw);
        Message(_graph, 5, tensor);
        return name;
    }

    private static List<byte> ValueInfo(string name, int type)
    {
        var (tensor, kind, info) = (new List<byte>(), new List<byte>(), new List<byte>());
        Number(tensor, 1, type);
        Message(kind, 1, tensor);
        Text(info, 1, name);
        Message(info, 2, kind);
        return info;
    }

    private static void Message(List<byte> to, int field, List<byte> message) => Bytes(to, field, CollectionsMarshal.AsSpan(message));

    private static void Text(List<byte> to, int field, string text) => Bytes(to, field, Encoding.UTF8.GetBytes(text));

    private static void Bytes(List<byte> to, int field, ReadOnlySpan<byte> bytes)
    {
        Tag(to, field, 2);
        Varint(to, (ulong)bytes.Length);
        to.AddRange(bytes);
    }

    private static void Number(List<byte> to, int field, long value)
    {
        Tag(to, field, 0);
        Varint(to, (ulong)value);
    }

    private static void Tag(List<byte> to, int field, int wire) => Varint(to, (ulong)((field << 3) | wire));

    private static void Varint(List<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7) to.Add((byte)(value | 0x80));
        to.Add((byte)value);
    }
}

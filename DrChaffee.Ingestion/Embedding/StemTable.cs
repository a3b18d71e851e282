using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>Rows of a bag-of-stems model: symmetric int8, the scale of a row being its largest magnitude over 127. Safe from many threads.</summary>
internal sealed class StemTable
{
    private readonly sbyte[] _values;
    private readonly float[] _scales;

    private StemTable(sbyte[] values, float[] scales) => (_values, _scales) = (values, scales);

    internal delegate ReadOnlySpan<float> RowReader(int row);

    public int Rows => _scales.Length;

    public int Dimensions => _values.Length / Math.Max(1, _scales.Length);

    public static StemTable From(int rows, int dimensions, RowReader read)
    {
        var table = new StemTable(new sbyte[rows * dimensions], new float[rows]);
        for (var row = 0; row < rows; row++)
        {
            var source = read(row);
            var scale = table._scales[row] = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude(source)), 1e-9f) / 127;
            for (var i = 0; i < dimensions; i++) table._values[row * dimensions + i] = (sbyte)Math.Clamp(MathF.Round(source[i] / scale), -127, 127);
        }

        return table;
    }

    /// <summary>Adds a row, weighted, to a sum of <see cref="Dimensions"/> components.</summary>
    public void Add(int row, float weight, Span<float> sum)
    {
        Span<float> values = stackalloc float[Dimensions];
        TensorPrimitives.ConvertTruncating<sbyte, float>(_values.AsSpan(row * Dimensions, Dimensions), values);
        TensorPrimitives.MultiplyAdd(values, weight * _scales[row], sum, sum);
    }

    /// <summary>Reads the two tensors of a safetensors file: <c>rows</c> (I8, [rows, dimensions]) and <c>scales</c> (F32, [rows]), in this order.</summary>
    public static StemTable Read(Stream stream)
    {
        using var reader = new BinaryReader(stream);
        using var header = JsonDocument.Parse(reader.ReadBytes(checked((int)reader.ReadInt64())));
        var shape = header.RootElement.GetProperty("rows").GetProperty("shape");
        var (rows, dimensions) = (shape[0].GetInt32(), shape[1].GetInt32());
        var table = new StemTable(new sbyte[rows * dimensions], new float[rows]);
        stream.ReadExactly(MemoryMarshal.AsBytes(table._values.AsSpan()));
        stream.ReadExactly(MemoryMarshal.AsBytes(table._scales.AsSpan()));
        return table;
    }

    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var header = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["rows"] = new { dtype = "I8", shape = new[] { Rows, Dimensions }, data_offsets = new[] { 0, _values.Length } },
            ["scales"] = new { dtype = "F32", shape = new[] { Rows }, data_offsets = new[] { _values.Length, _values.Length + 4 * Rows } },
        });
        writer.Write((long)header.Length);
        writer.Write(header);
        writer.Write(MemoryMarshal.AsBytes<sbyte>(_values));
        writer.Write(MemoryMarshal.AsBytes<float>(_scales));
    }

    public void Write(string path)
    {
        using var file = File.Create(path);
        Write(file);
    }
}

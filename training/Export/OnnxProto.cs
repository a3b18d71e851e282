using Google.Protobuf;

namespace DrChaffee.Training.Export;

/// <summary>Writes one protobuf message, field by field.</summary>
internal sealed class OnnxProto(CodedOutputStream output)
{
    public static ByteString Message(Action<OnnxProto> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true)) write(new OnnxProto(output));
        return ByteString.CopyFrom(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>An integer attribute of a node (AttributeProto: name 1, i 3, type 20 = INT).</summary>
    public static ByteString IntAttribute(string name, long value) => Message(attribute =>
    {
        attribute.Text(1, name);
        attribute.Number(3, value);
        attribute.Number(20, 2);
    });

    public void Number(int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    public void Text(int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    public void Inner(int field, ByteString message)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(message);
    }

    public void Bytes(int field, byte[] value) => Inner(field, ByteString.CopyFrom(value));
}

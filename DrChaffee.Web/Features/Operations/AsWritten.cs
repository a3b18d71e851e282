using System.Text.Json;
using System.Text.Json.Serialization;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Takes any value of JSON as its text, 5 as 5 and true as true, so that a wrong one becomes a sentence that names it.</summary>
internal sealed class AsWritten : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        using var value = JsonDocument.ParseValue(ref reader);
        return value.RootElement.GetRawText();
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

using System.Text.Json;
using System.Text.Json.Serialization;
using DrChaffee.Domain.Operations;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Events on their way to clients: written as an array, once for all of them.</summary>
[JsonConverter(typeof(Converter))]
internal sealed class EventBatch(IReadOnlyList<IngestionEvent> events)
{
    private byte[]? _json;

    public long LastEventId => events[^1].Id;

    /// <summary>Those with greater numbers; null where there are none.</summary>
    public EventBatch? After(long number) =>
        events[0].Id > number ? this : LastEventId <= number ? null : new EventBatch([.. events.Where(happened => happened.Id > number)]);

    private sealed class Converter : JsonConverter<EventBatch>
    {
        public override EventBatch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, EventBatch value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value._json ??= JsonSerializer.SerializeToUtf8Bytes(value.Events, options), skipInputValidation: true);
    }

    private IReadOnlyList<IngestionEvent> Events => events;
}

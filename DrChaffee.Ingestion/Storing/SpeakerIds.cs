using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Storing;

/// <summary>Row numbers of the speakers of one transcript.</summary>
internal sealed class SpeakerIds(IReadOnlyDictionary<SpeakerLabel, long> ids)
{
    public static readonly SpeakerIds None = new(new Dictionary<SpeakerLabel, long>());

    public long? Of(SpeakerLabel? label) => label is not null && ids.TryGetValue(label, out var id) ? id : null;
}

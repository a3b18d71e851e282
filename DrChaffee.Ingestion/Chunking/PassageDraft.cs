using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Chunking;

/// <summary>A passage before it has a number: what was said, when, and from which segments it came.</summary>
internal sealed record PassageDraft(TimeSpan Start, TimeSpan End, string Text, SpeakerLabel? Speaker, int FirstSegment, int LastSegment);

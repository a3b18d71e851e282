namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>One cue as the file shows it on screen, before rolling repeats and labels are taken off.</summary>
internal sealed record CaptionCue(TimeSpan Start, TimeSpan End, IReadOnlyList<CaptionRow> Rows);

/// <summary>One row of a cue: plain text, the voice that the markup names, and the time tag before each word, if any row has one.</summary>
internal sealed record CaptionRow(string Text, string? Speaker = null)
{
    public IReadOnlyList<TimeSpan?>? WordStarts { get; init; }
}

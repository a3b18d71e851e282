namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>The start of a line that names who speaks, or what is heard instead.</summary>
/// <param name="Name">The person, or the kind of cue.</param>
/// <param name="Length">How much of the line it takes.</param>
/// <param name="Stamp">The time beside the name, if it has one.</param>
/// <param name="IsPerson">False for cues such as Jingle: what follows was heard, but by no speaker.</param>
internal readonly record struct MarkdownLabel(string Name, int Length, TimeSpan? Stamp, bool IsPerson)
{
    /// <summary>True where nothing that follows was part of the talk.</summary>
    public bool IsBreak => !IsPerson && Name.EndsWith("break", StringComparison.OrdinalIgnoreCase);
}

namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>Turns labels at the start of captions (Name: text, [Name] text, &gt;&gt; text) into speakers, where they really are labels.</summary>
internal static class SpeakerLabels
{
    private const int TimesToBelieve = 2;

    public static IReadOnlyList<CaptionCue> Apply(IReadOnlyList<CaptionCue> cues)
    {
        // Markup that names voices is the better witness; what looks like a label beside it was spoken.
        if (cues.Any(cue => cue.Rows.Any(row => row.Speaker is not null)))
            return cues;
        var labels = Believed(cues);
        var turns = cues.Any(cue => cue.Rows.Any(row => row.Text.StartsWith(SpeakerLabel.TurnSign, StringComparison.Ordinal)));
        return labels.Count == 0 && !turns ? cues : Assign(cues, labels);
    }

    private static HashSet<string> Believed(IReadOnlyList<CaptionCue> cues)
    {
        var counts = cues.SelectMany(cue => cue.Rows.Select((_, i) => LabelAt(cue, i))).OfType<SpeakerLabel>().CountBy(label => label.Name).ToDictionary();
        var opening = cues.Count > 0 && cues[0].Rows.Count > 0 && LabelAt(cues[0], 0) is { Bracketed: false } first ? first.Name : null;
        var believed = counts.Where(pair => pair.Value >= TimesToBelieve || pair.Key == opening).Select(pair => pair.Key).ToHashSet();
        // A guest is introduced once by the full name and then goes by the first.
        believed.UnionWith(counts.Keys.Where(name => name.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end && believed.Contains(name[..end])).ToList());
        return believed;
    }

    // A speaker holds until the next label: captions name a person once and then go on over many cues.
    private static List<CaptionCue> Assign(IReadOnlyList<CaptionCue> cues, HashSet<string> labels)
    {
        var assigned = new List<CaptionCue>(cues.Count);
        string? speaker = null;
        foreach (var cue in cues)
        {
            var rows = new List<CaptionRow>(cue.Rows.Count);
            for (var i = 0; i < cue.Rows.Count; i++)
            {
                var row = cue.Rows[i];
                var text = row.Text;
                if (LabelAt(cue, i) is { } label && labels.Contains(label.Name))
                {
                    speaker = label.Name;
                    text = text[label.Length..];
                }
                else if (text.StartsWith(SpeakerLabel.TurnSign, StringComparison.Ordinal))
                {
                    speaker = null;
                    text = text.TrimStart('>', ' ');
                }

                if (text.Length > 0)
                    rows.Add(row with { Text = text, Speaker = speaker, WordStarts = Rest(row, text) });
            }

            assigned.Add(cue with { Rows = rows });
        }

        return assigned;
    }

    // Inside a cue a turn begins only where the row above has finished: "we read\nThe Book: a story" is one person.
    private static SpeakerLabel? LabelAt(CaptionCue cue, int row) =>
        row == 0 || Sentences.EndsWith(cue.Rows[row - 1].Text) ? SpeakerLabel.Find(cue.Rows[row].Text) : null;

    private static IReadOnlyList<TimeSpan?>? Rest(CaptionRow row, string text) =>
        row.WordStarts is { } starts ? [.. starts.Skip(starts.Count - WordCount.Of(text))] : null;
}

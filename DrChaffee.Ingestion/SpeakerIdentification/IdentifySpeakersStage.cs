using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.SpeakerIdentification;

/// <summary>Tells who speaks, by the names that the transcript itself gives. Its failure leaves a transcript without names.</summary>
internal sealed class IdentifySpeakersStage : IOptionalStage<Transcript, SpokenTranscript>
{
    public Stage Stage => Stage.IdentifySpeakers;

    public Task<SpokenTranscript> RunAsync(Transcript work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        Dictionary<string, SpeakerLabel> labels = new(StringComparer.Ordinal);
        List<SpokenSegment> segments = new(work.Said.Lines.Count);
        var only = work.Said.Lines.All(line => line.Speaker is null) && work.Source.Facts.OnlySpeaker is { } person ? new SpeakerLabel(person, Local: false) : null;
        foreach (var line in work.Said.Lines)
        {
            var label = only;
            if (line.Speaker?.Trim() is { Length: > 0 } name && !labels.TryGetValue(name, out label))
                labels[name] = label = SpeakerLabels.Read(name);
            segments.Add(new SpokenSegment(line, label, line.SuspectReason));
        }

        return Task.FromResult(new SpokenTranscript(work.Source, work.Said, segments));
    }

    public SpokenTranscript Without(Transcript work) =>
        new(work.Source, work.Said, [.. work.Said.Lines.Select(line => new SpokenSegment(line, Speaker: null, line.SuspectReason))]);
}

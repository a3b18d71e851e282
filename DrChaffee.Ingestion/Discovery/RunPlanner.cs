using DrChaffee.Domain.Data;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Decoding;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Storing;
using DrChaffee.Ingestion.Transcription;
using Microsoft.EntityFrameworkCore;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>Compares what was found with what the library knows, and says what there is to do.</summary>
internal sealed class RunPlanner(IDbContextFactory<ChaffeeDbContext> contexts, Transcribers transcribers, MediaProbe probe, TimeProvider time)
{
    public async Task<IReadOnlyList<PlannedSource>> PlanAsync(IReadOnlyList<Recording> found, IngestionRequest request, int? limit, CancellationToken cancellationToken)
    {
        var known = await KnownSources.LoadAsync(contexts, cancellationToken);
        var wanted = found.Where(r => request.Since is not { } since || r.PublishedAt is not { } published || DateOnly.FromDateTime(published.UtcDateTime) >= since);
        if (request.NewestFirst) wanted = wanted.OrderByDescending(r => r.PublishedAt ?? DateTimeOffset.MinValue);
        if (!request.LimitUnprocessed && limit is { } most) wanted = wanted.Take(most);

        List<PlannedSource> plan = [];
        var toDo = 0;
        foreach (var recording in wanted)
        {
            var planned = await PlanAsync(recording, known, request, cancellationToken);
            if (planned.Admission == Admission.Work && ++toDo > limit) break;
            plan.Add(planned);
        }

        return plan;
    }

    private async Task<PlannedSource> PlanAsync(Recording recording, KnownSources known, IngestionRequest request, CancellationToken cancellationToken)
    {
        var (facts, source) = await IdentifyAsync(recording, known, cancellationToken);
        var captionHash = recording.Plan is { Kind: FetchKind.File, CaptionLocation: { } captions } ? await ContentFingerprint.OrOfPathAsync(ContentFingerprint.OfTranscriptAsync, captions, cancellationToken) : null;
        var (admission, reason) = AdmissionRules.Decide(recording, source, captionHash, request.Force, transcribers.HearSpeech, time.GetUtcNow());
        if (admission == Admission.Work && request.SkipShorts && await DurationAsync(recording, cancellationToken) < RecordingFilter.LongestShort)
            (admission, reason) = (Admission.Skip, "shorter than two minutes");
        return new PlannedSource(recording, facts, source, admission, reason);
    }

    private static async Task<(SourceFacts Facts, KnownSource? Known)> IdentifyAsync(Recording recording, KnownSources known, CancellationToken cancellationToken)
    {
        var source = recording.Plan.Kind == FetchKind.File ? known.ByOrigin(recording.Plan.Location) : null;
        var (type, id) = (source?.SourceType, source?.SourceId);
        if (source is null && recording.Identity is var (placeType, placeId))
        {
            (type, id) = (placeType, placeId);
            source = known.ByIdentity(type, id);
        }
        else if (source is null)
        {
            var end = $"-{(await ContentFingerprint.OrOfPathAsync(ContentFingerprint.OfAsync, recording.Plan.Location, cancellationToken))[..12]}";
            source = known.ByIdentityEnd("file", end);
            (type, id) = ("file", source?.SourceId ?? SourceKey.Slug(recording.Title) + end);
        }

        var url = recording.Url ?? (type == "youtube" && YoutubeId.TryParse(id, out var video) ? video.WatchUrl() : null);
        return (new SourceFacts(type!, id!, recording.Title, recording.Channel, url, recording.PublishedAt, recording.Duration, recording.Plan.Location, source?.FencingToken ?? 0)
        {
            OnlySpeaker = recording.OnlySpeaker,
            Description = recording.Description,
            ThumbnailUrl = recording.ThumbnailUrl,
        }, source);
    }

    private async Task<TimeSpan?> DurationAsync(Recording recording, CancellationToken cancellationToken)
    {
        if (recording.Duration is not null || recording.Plan.Kind != FetchKind.File) return recording.Duration;
        try
        {
            return await probe.DurationAsync(recording.Plan.Location, cancellationToken);
        }
        catch (IngestionException)
        {
            return null; // its own stage finds what is wrong with it
        }
    }
}

/// <summary>One recording and what the run does with it.</summary>
internal sealed record PlannedSource(Recording Recording, SourceFacts Facts, KnownSource? Known, Admission Admission, string? Reason);

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
internal sealed class RunPlanner(
    IDbContextFactory<ChaffeeDbContext> contexts, ChannelRows channels, Transcribers transcribers, MediaProbe probe, TimeProvider time)
{
    /// <summary>One line for each recording that the run comes to, with the reason for what is left out; what is left out does not count towards the limit.</summary>
    public async Task<IReadOnlyList<PlannedSource>> PlanAsync(IReadOnlyList<Recording> found, IngestionRequest request, int? limit, CancellationToken cancellationToken)
    {
        var known = await KnownSources.LoadAsync(contexts, cancellationToken);
        var filters = await channels.FiltersAsync(cancellationToken);
        var filter = (filters.GetValueOrDefault(ChannelAddress.RowOf(request)) ?? RecordingFilter.Everything).And(request.SkipShorts, request.Since);
        IEnumerable<Recording> wanted = request.NewestFirst ? found.OrderByDescending(r => r.PublishedAt ?? DateTimeOffset.MinValue) : found; // those without a date keep their order

        List<PlannedSource> plan = [];
        var taken = 0;
        foreach (var recording in wanted)
        {
            var planned = RecordingSieve.Reason(recording, filter) is { } reason
                ? await LeaveOutAsync(recording, known, reason, cancellationToken)
                : await PlanAsync(recording, known, filter, request.Force, cancellationToken);
            if (!planned.LeftOut && (planned.Admission == Admission.Work || !request.LimitUnprocessed) && ++taken > limit) break;
            plan.Add(planned);
        }

        return plan;
    }

    private async Task<PlannedSource> PlanAsync(Recording recording, KnownSources known, RecordingFilter filter, bool force, CancellationToken cancellationToken)
    {
        var (facts, source) = await IdentifyAsync(recording, known, readContent: true, cancellationToken);
        var captionHash = recording.Plan is { Kind: FetchKind.File, CaptionLocation: { } captions } ? await ContentFingerprint.OrOfPathAsync(ContentFingerprint.OfTranscriptAsync, captions, cancellationToken) : null;
        var (admission, reason) = AdmissionRules.Decide(recording, source, captionHash, force, transcribers.HearSpeech, time.GetUtcNow());
        return admission == Admission.Work && RecordingSieve.LengthReason(await DurationAsync(recording, filter, cancellationToken), filter) is { } length
            ? new PlannedSource(recording, facts, source, Admission.Skip, length) { LeftOut = true }
            : new PlannedSource(recording, facts, source, admission, reason);
    }

    private static async Task<PlannedSource> LeaveOutAsync(Recording recording, KnownSources known, string reason, CancellationToken cancellationToken)
    {
        var (facts, source) = await IdentifyAsync(recording, known, readContent: false, cancellationToken);
        return new PlannedSource(recording, facts, source, Admission.Skip, reason) { LeftOut = true };
    }

    private static async Task<(SourceFacts Facts, KnownSource? Known)> IdentifyAsync(
        Recording recording, KnownSources known, bool readContent, CancellationToken cancellationToken)
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
            var end = !readContent ? "" : $"-{(await ContentFingerprint.OrOfPathAsync(ContentFingerprint.OfAsync, recording.Plan.Location, cancellationToken))[..12]}";
            source = readContent ? known.ByIdentityEnd("file", end) : null;
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

    /// <summary>Files tell their length only when they are looked into, which is done where it matters.</summary>
    private async Task<TimeSpan?> DurationAsync(Recording recording, RecordingFilter filter, CancellationToken cancellationToken)
    {
        if (recording.Duration is not null || recording.Plan.Kind != FetchKind.File || filter is { SkipShorts: false, Shortest: null, Longest: null }) return recording.Duration;
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
internal sealed record PlannedSource(Recording Recording, SourceFacts Facts, KnownSource? Known, Admission Admission, string? Reason)
{
    /// <summary>True where the channel's or the run's filter does not want it; <see cref="Reason"/> says why.</summary>
    public bool LeftOut { get; init; }
}

using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Api;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Starts the runs that an admin asks for, or says what one would do: for the dashboard and the HTTP interface alike.</summary>
internal sealed class RunOrders(IngestionRuns runs, IngestionPipeline pipeline, IngestionPolicy policy, RunPlaces places, ChaffeeSettings settings)
{
    private const int MostRecordings = 1_000_000;

    /// <summary>Why this machine ingests nothing, or null where it does.</summary>
    public string? Refusal => policy.Refusal;

    /// <summary>True where a run takes only what is new, as many as one night may bring.</summary>
    public bool TakesFew => settings.Mode == RunMode.Production;

    /// <summary>Makes a request of what was written; asks the place itself where its address does not tell what it is.</summary>
    /// <returns>Either the request, or what is wrong with it in a sentence that names the parameter.</returns>
    public async Task<(IngestionRequest? Request, string? Fault)> ReadAsync(RunOrder order, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var (path, channel, source) = (reader.Question("path", order.Path), reader.Question("channel", order.Channel), reader.Text("source", order.Source));
        var limit = reader.Text("limit", order.Limit) is null ? (int?)null : reader.Number("limit", order.Limit, 1, 1, MostRecordings);
        var byPath = channel is null && source is null;
        var request = new IngestionRequest
        {
            Channel = "",
            Limit = limit,
            LimitUnprocessed = order.LimitUnprocessed is null ? byPath && TakesFew : reader.Flag("limit_unprocessed", order.LimitUnprocessed),
            SkipShorts = reader.Flag("skip_shorts", order.SkipShorts),
            NewestFirst = reader.Flag("newest_first", order.NewestFirst),
            Since = reader.Day("since", order.Since),
            Force = reader.Flag("force", order.Force),
            DryRun = reader.Flag("dry_run", order.DryRun),
            StoreAudioLocally = reader.Flag("store_audio_locally", order.StoreAudioLocally),
        };
        var kind = source is null ? byPath ? SourceKind.Folder : (SourceKind?)null : KindOf(source);
        var fault = reader.Fault
            ?? (byPath && path is null ? "path and channel are missing; write path for a folder of this machine, or channel for the address of a channel, playlist or feed." : null)
            ?? (path is not null && !byPath ? "path is given beside source or channel; write one of them: path for a folder, channel for any place." : null)
            ?? (source is not null && kind is null ? $"source is '{source}'; write yt-dlp, youtube, rss or folder." : null)
            ?? (kind == SourceKind.Folder ? FolderFault(byPath ? "path" : "channel", path ?? channel) : null)
            ?? (kind is { } chosen && !pipeline.Finds(chosen) ? $"source is '{source}'; this build was made without it, so write yt-dlp, which lists the same channels." : null)
            ?? (!byPath && channel is null ? "channel is missing; write the address of a channel, playlist or feed, or a folder's path." : null);
        if (fault is not null) return (null, fault);
        try
        {
            var place = await places.FindAsync(channel ?? path!, kind, cancellationToken);
            return (request with { Source = place.Source, Channel = place.Address }, null);
        }
        catch (IngestionException ex)
        {
            return (null, $"channel is '{channel ?? path}'. {ex.Message}");
        }
    }

    /// <exception cref="IngestionRefusedException">This machine may not do that.</exception>
    public Task<Guid> StartAsync(IngestionRequest request)
    {
        policy.Check(request with { DryRun = false }, byCommand: false);
        return runs.StartAsync(request with { DryRun = false });
    }

    /// <summary>What a run would do.</summary>
    /// <exception cref="IngestionException">The place cannot be listed, or this machine may not; the message says why.</exception>
    public Task<IngestionReport> LookAsync(IngestionRequest request, CancellationToken cancellationToken) => pipeline.RunAsync(request with { DryRun = true }, cancellationToken);

    private static SourceKind? KindOf(string source) => source switch
    {
        "yt-dlp" => SourceKind.YtDlp,
        "youtube" => SourceKind.Youtube,
        "rss" => SourceKind.Rss,
        "folder" => SourceKind.Folder,
        _ => null,
    };

    private static string? FolderFault(string name, string? path) => path switch
    {
        null => $"{name} is missing; write the folder's full path on this machine.",
        _ when !Path.IsPathFullyQualified(path) => $"{name} is '{path}'; write the folder's full path, from the root.",
        _ when !Directory.Exists(path) => $"{name} is '{path}'; this machine has no such folder.",
        _ => null,
    };
}

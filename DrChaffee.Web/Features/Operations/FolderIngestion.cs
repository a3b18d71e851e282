using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Starts the ingestion of a folder, for the dashboard and the HTTP interface alike.</summary>
internal sealed class FolderIngestion(IngestionRuns runs, IngestionPolicy policy, ChaffeeSettings settings)
{
    /// <summary>Why this machine ingests nothing, or null where it does.</summary>
    public string? Refusal => policy.Refusal;

    /// <summary>What is wrong with the path, or null.</summary>
    public static string? Fault(string? path) => path?.Trim() switch
    {
        null or "" => "path is missing; write the folder's full path on this machine.",
        var text when !Path.IsPathFullyQualified(text) => $"path is '{text}'; write the folder's full path, from the root.",
        var text when !Directory.Exists(text) => $"path is '{text}'; this machine has no such folder.",
        _ => null,
    };

    /// <summary>A production machine takes what is new, as many as one night may bring.</summary>
    /// <exception cref="IngestionRefusedException">This machine may not do that.</exception>
    public Task<Guid> StartAsync(string path) => runs.StartAsync(new IngestionRequest
    {
        Source = SourceKind.Folder,
        Channel = path.Trim(),
        LimitUnprocessed = settings.Mode == RunMode.Production,
    });
}

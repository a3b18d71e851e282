using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Starts the ingestion of a folder, for the dashboard and the HTTP interface alike.</summary>
internal sealed class FolderIngestion(IngestionRuns runs, ChaffeeSettings settings)
{
    /// <summary>Why this machine ingests nothing, or null where it does.</summary>
    public string? Refusal => settings.Mode == RunMode.ApiOnly ? $"This machine only serves: {settings.ModeReason}." : null;

    /// <summary>What is wrong with the path, or null.</summary>
    public static string? Fault(string? path) => path?.Trim() switch
    {
        null or "" => "path is missing; write the folder's full path on this machine.",
        var text when !Path.IsPathFullyQualified(text) => $"path is '{text}'; write the folder's full path, from the root.",
        var text when !Directory.Exists(text) => $"path is '{text}'; this machine has no such folder.",
        _ => null,
    };

    /// <summary>Throws <see cref="IngestionRefusedException"/> with the reason where this machine may not.</summary>
    public Task<Guid> StartAsync(string path, CancellationToken cancellationToken) =>
        runs.StartAsync(new IngestionRequest { Source = SourceKind.Folder, Channel = path.Trim() }, cancellationToken);
}

using System.Globalization;
using DrChaffee.Domain.Settings;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>What this machine's run mode allows: the same answer for the command line, the dashboard and the HTTP interface.</summary>
public sealed class IngestionPolicy(ChaffeeSettings settings)
{
    /// <summary>Null where ingestion is allowed at all, or the sentence that says why it is not.</summary>
    public string? Refusal => settings.Mode == RunMode.ApiOnly
        ? $"Ingestion is disabled: {settings.ModeReason ?? "API_ONLY_MODE is true"}. This machine only serves the library; ingest on another one."
        : null;

    /// <summary>True where a run may also do what other runs queued; a production machine does no more than it was asked to.</summary>
    public bool TakesUpOthers => settings.Mode == RunMode.Local;

    /// <param name="byCommand">False where whoever asked has no options of a command to give.</param>
    /// <exception cref="IngestionRefusedException">This machine may not do that.</exception>
    public void Check(IngestionRequest request, bool byCommand = true)
    {
        CheckAtAll();
        if (request.TakesUp || request.DryRun) return; // as many as a night may bring, whatever is queued; or none
        if (settings.Mode == RunMode.Production && (LimitOf(request) ?? int.MaxValue) > settings.IngestionLimit)
            throw Bulk(byCommand ? $"give --limit-unprocessed, or --limit {settings.IngestionLimit} or less" : $"give limit_unprocessed, or a limit of {settings.IngestionLimit} or less");
    }

    /// <param name="files">How many there are to do.</param>
    /// <exception cref="IngestionRefusedException">This machine may not do that.</exception>
    public void CheckImport(int files)
    {
        CheckAtAll();
        if (settings.Mode == RunMode.Production && files > settings.IngestionLimit)
            throw Bulk(string.Create(CultureInfo.InvariantCulture, $"import at most {settings.IngestionLimit} new files at a time, not {files}"));
    }

    /// <summary>How many recordings the run may take.</summary>
    public int? LimitOf(IngestionRequest request) =>
        request.Limit ?? (request.LimitUnprocessed && settings.Mode == RunMode.Production ? settings.IngestionLimit : null);

    private void CheckAtAll()
    {
        if (Refusal is { } refusal) throw new IngestionRefusedException(refusal);
    }

    private IngestionRefusedException Bulk(string instead) =>
        new($"Bulk runs are refused: {settings.ModeReason ?? "INCREMENTAL_ONLY is true"}. On this machine {instead}.");
}

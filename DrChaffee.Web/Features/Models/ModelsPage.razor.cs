using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Ingestion.ModelFiles;
using DrChaffee.Web.Features.Audit;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Models;

/// <summary>Which models there are, how far the wanted one is, and the decisions: files fetched, another model, or the one before.</summary>
public sealed partial class ModelsPage
{
    private static readonly TimeSpan CountsKept = TimeSpan.FromSeconds(15);

    private IReadOnlyList<ModelState> _models = [];
    private string? _told;

    /// <summary>The model whose fetch is what is told.</summary>
    private string? _toldFetch;
    private bool _failed;
    private bool _deciding;

    [Inject] private ModelOverview Overview { get; set; } = null!;
    [Inject] private ModelChoice Choice { get; set; } = null!;
    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private ILogger<ModelsPage> Logger { get; set; } = null!;

    protected override TimeSpan Beat => TimeSpan.FromSeconds(2);

    /// <summary>Going on with the active model ends the wish for another.</summary>
    private async Task StopAsync()
    {
        if (_models.FirstOrDefault(model => model is { Kind: ModelKind.Embedding, Standing: ModelStanding.Active }) is { } active) await UseAsync(active.Name);
    }

    private async Task FetchAsync(string name)
    {
        await DecideAsync("fetch_model", name, () => Task.FromResult(Choice.Fetch(name)), "The files could not be fetched");
        if (_failed) return;
        _toldFetch = name;
        ForgetEndedFetch();
    }

    /// <summary>What became of a fetch stands in the model's row.</summary>
    private void ForgetEndedFetch()
    {
        if (_toldFetch is null || _models.Any(model => model.Name == _toldFetch && model.Fetching is not null)) return;
        (_told, _toldFetch) = (null, null);
    }

    private Task UseAsync(string name) => DecideAsync("use_model", name, () => Choice.UseAsync(name, CancellationToken.None));

    private Task RollBackAsync() => DecideAsync("roll_back_model", name: null, () => Choice.RollBackAsync(CancellationToken.None));

    protected override async Task ReadAsync()
    {
        try
        {
            _models = await Overview.ListAsync(CancellationToken.None, CountsKept);
            ForgetEndedFetch();
        }
        catch (Exception ex) when (ModelFault.Refusal(ex) is not null)
        {
            (_told, _failed) = (ModelFault.Refusal(ex), true);
        }
        catch (Exception ex) when (IsOfDatabase(ex))
        {
            // The database is away: what was read last stands until it is back.
        }
    }

    private async Task DecideAsync(string action, string? name, Func<Task<string>> decide, string fault = "The model could not be changed")
    {
        (_deciding, _told, _toldFetch) = (true, null, null);
        try
        {
            (_told, _failed) = (await decide(), false);
            await Acts.NoteAsync(action, name);
            await ReadAsync();
        }
        catch (Exception ex)
        {
            (_told, _failed) = (Sentence(ex, fault), true);
        }
        finally
        {
            _deciding = false;
        }
    }

    private string Sentence(Exception exception, string fault)
    {
        if (ModelFault.Refusal(exception) is { } refusal) return refusal;
        if (IsOfDatabase(exception)) return "The database does not answer; try again in a moment.";
        LogFailed(exception, fault);
        return $"{fault}; the log says why.";
    }

    [LoggerMessage(LogLevel.Error, "{Fault}.")]
    private partial void LogFailed(Exception exception, string fault);
}

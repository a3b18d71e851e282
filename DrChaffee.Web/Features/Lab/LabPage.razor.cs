using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Lab;
using DrChaffee.Web.Features.Audit;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Npgsql;

namespace DrChaffee.Web.Features.Lab;

/// <summary>Asks as soon as something is turned; a newer question cancels the one before. The address holds the whole state.</summary>
public sealed partial class LabPage
{
    private const int Shown = 10;
    private static readonly TimeSpan TurningPause = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);
    private static readonly (LabView View, string Label)[] Views = [(LabView.Legs, "Legs"), (LabView.Moves, "Differences"), (LabView.Judgments, "Judged queries")];

    private LabAddress _address = new();
    private SearchTuning _against = SearchTuning.Shipped;
    private LabAnswer? _answer;
    private OrderDiff? _diff;
    private CancellationTokenSource _asking = new();
    private string? _refusal;
    private string? _fault;
    private bool _ready;
    private bool _busy;
    private bool _left;
    private int _form;

    [Inject] private SearchLab Lab { get; set; } = null!;
    [Inject] private JudgmentBook Book { get; set; } = null!;
    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private IJSRuntime Script { get; set; } = null!;
    [Inject] private TimeProvider Time { get; set; } = null!;

    private bool MayJudge => _refusal is null && _address.Query.Length <= JudgmentBook.LongestQuery;

    /// <summary>Looks before it is shown for the first time, so that what was prerendered is replaced by the same picture and nothing jumps.</summary>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this); // they can only be read before the first await
        _address = LabAddress.Read(Navigation.Uri);
        _refusal = await Book.RefusalAsync(_asking.Token);
        await LookAsync(TimeSpan.Zero);
        _ready = true;
        await base.SetParametersAsync(ParameterView.Empty);
    }

    public void Dispose()
    {
        _left = true;
        _asking.Cancel();
        _asking.Dispose();
    }

    private Task AskAsync(LabAddress asked) => GoAsync(asked with { View = asked.View == LabView.Judgments ? LabView.Legs : asked.View });

    private Task ShowAsync(LabView view) => GoAsync(_address with { View = view });

    private Task TuneAsync(SearchTuning tuning) => GoAsync(_address with { Tuning = tuning }, TurningPause);

    private Task CompareAsync(SearchTuning against)
    {
        _against = against;
        return RefreshAsync();
    }

    private Task OpenAsync(string query)
    {
        _form++; // the form takes the new query
        return GoAsync(new LabAddress { Query = query, Tuning = _address.Tuning });
    }

    private Task RefreshAsync() => LookAsync(TimeSpan.Zero);

    private async Task JudgeAsync((LabPassage Passage, int? Grade) judged)
    {
        try
        {
            if (judged.Grade is { } grade) await Book.SaveAsync(_address.Query, judged.Passage.SourceKey, judged.Passage.Start, grade, CancellationToken.None);
            else await Book.DeleteAsync(_address.Query, judged.Passage.SourceKey, judged.Passage.Start, CancellationToken.None);
            await Acts.NoteAsync(judged.Grade is null ? "delete_judgment" : "judge", _address.Query);
        }
        catch (JudgmentsRefusedException ex)
        {
            _refusal = ex.Message;
        }
        catch (Exception ex) when (ex is NpgsqlException or { InnerException: NpgsqlException })
        {
            // The picture that follows says whether it was saved.
        }

        await RefreshAsync();
    }

    private async Task GoAsync(LabAddress address, TimeSpan pause = default)
    {
        _address = address;
        await LookAsync(pause);
        if (!_left && _address == address) await Script.InvokeVoidAsync("history.replaceState", null, "", address.ToString());
    }

    private async Task LookAsync(TimeSpan pause)
    {
        if (_left) return;
        await _asking.CancelAsync();
        _asking.Dispose();
        var asking = (_asking = new CancellationTokenSource()).Token;
        var address = _address;
        try
        {
            if (pause > TimeSpan.Zero) await Task.Delay(pause, Time, asking);
            var finding = FindAsync(address, asking);
            if (await Task.WhenAny(finding, Task.Delay(Patience, Time, asking)) != finding && _ready)
            {
                _busy = true; // said only where it takes a while, lest it flicker while a slider moves
                StateHasChanged();
            }

            var (answer, diff) = await finding;
            if (asking.IsCancellationRequested) return;
            (_answer, _diff, _fault, _busy) = (answer, diff, null, false);
        }
        catch (OperationCanceledException)
        {
            // A newer question is on its way, or the page was left.
        }
        catch (Exception ex) when (ex is NpgsqlException or { InnerException: NpgsqlException })
        {
            (_fault, _busy) = ("The database does not answer; try again in a moment.", false);
        }
    }

    private async Task<(LabAnswer? Answer, OrderDiff? Diff)> FindAsync(LabAddress address, CancellationToken cancellationToken)
    {
        if (address.Query.Length == 0 || address.View == LabView.Judgments) return (null, null);
        if (address.View == LabView.Legs) return (await Lab.AskAsync(address.Request, Shown, cancellationToken), null);
        return (null, await Lab.DiffAsync(address.Request, _against, address.Tuning, Shown, cancellationToken));
    }
}

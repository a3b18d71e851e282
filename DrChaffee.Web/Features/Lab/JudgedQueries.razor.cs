using System.Globalization;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Lab;
using DrChaffee.Web.Features.Audit;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Components;
using Npgsql;

namespace DrChaffee.Web.Features.Lab;

/// <summary>What was judged, and what the search makes of it now.</summary>
public sealed partial class JudgedQueries
{
    private static readonly SearchMode[] EveryLeg = [SearchMode.Keyword, SearchMode.Semantic, SearchMode.Hybrid];

    private readonly CancellationTokenSource _left = new();
    private IReadOnlyList<JudgedQuery>? _queries;
    private Dictionary<string, ReplayedLeg> _hybrid = [];
    private Replay? _replay;
    private string? _asked;
    private string? _fault;
    private double _share;
    private bool _running;

    [Parameter, EditorRequired] public SearchTuning Tuning { get; set; } = null!;
    [Parameter] public bool MayChange { get; set; }
    [Parameter, EditorRequired] public EventCallback<string> OnOpen { get; set; }
    [Inject] private JudgmentReader Reader { get; set; } = null!;
    [Inject] private JudgmentBook Book { get; set; } = null!;
    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private JudgmentReplay Replays { get; set; } = null!;

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    protected override Task OnInitializedAsync() => GuardAsync(async () => _queries = await Reader.QueriesAsync(_left.Token));

    private ReplayedLeg? Hybrid(JudgedQuery query) => _hybrid.GetValueOrDefault(query.Query);

    private async Task ReplayAsync()
    {
        (_running, _share) = (true, 0);
        await GuardAsync(async () =>
        {
            _replay = await Replays.RunAsync(Tuning, EveryLeg, new OnCircuit(InvokeAsync, DispatchExceptionAsync, Show), _left.Token);
            _hybrid = _replay.Items.ToDictionary(item => item.Query, item => item.Legs[SnakeCase.Name(SearchMode.Hybrid)], StringComparer.Ordinal);
        });
        _running = false;
    }

    private void Show(double share)
    {
        _share = share;
        StateHasChanged();
    }

    private Task DeleteAsync(string query) => GuardAsync(async () =>
    {
        _asked = null;
        await Book.DeleteQueryAsync(query, _left.Token);
        await Acts.NoteAsync("delete_judged_query", query);
        (_queries, _replay, _hybrid) = (await Reader.QueriesAsync(_left.Token), null, []);
    });

    private async Task GuardAsync(Func<Task> act)
    {
        try
        {
            await act();
            _fault = null;
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (JudgmentsRefusedException ex)
        {
            _fault = ex.Message;
        }
        catch (Exception ex) when (ex is NpgsqlException or { InnerException: NpgsqlException })
        {
            _fault = "The database does not answer; try again in a moment.";
        }
    }

    /// <summary>The legs as the lab's columns name them.</summary>
    private static string Name(string mode) => SnakeCase.Parse<SearchMode>(mode) switch
    {
        SearchMode.Keyword => nameof(LabLeg.Words),
        SearchMode.Semantic => nameof(LabLeg.Meaning),
        _ => nameof(LabLeg.Hybrid),
    };

    private static string Counted(Replay replay) => string.Join(" · ", Parts(replay));

    private static IEnumerable<string> Parts(Replay replay)
    {
        yield return Spoken.Count(replay.Queries, "query", "queries");
        if (replay.LeftOut > 0) yield return $"{replay.LeftOut} left out, without a relevant passage";
        if (replay.Lost > 0) yield return $"{Spoken.Count(replay.Lost, "judgment", "judgments")} of passages that are gone";
        yield return string.Create(CultureInfo.InvariantCulture, $"{replay.TookMs / 1000:0.0} s");
    }
}

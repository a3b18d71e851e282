using DrChaffee.Domain.Search;
using DrChaffee.Domain.Search.Lab;
using Microsoft.AspNetCore.Components;
using Npgsql;

namespace DrChaffee.Web.Features.Lab;

/// <summary>Two settings over all judged queries, when asked for: it costs two searches a query.</summary>
public sealed partial class ReplayDiffView
{
    private readonly CancellationTokenSource _left = new();
    private ReplayDiff? _diff;
    private string? _fault;
    private double _share;
    private bool _running;

    [Parameter, EditorRequired] public SearchTuning Tuning { get; set; } = null!;
    [Parameter, EditorRequired] public SearchTuning Against { get; set; } = null!;
    [Inject] private JudgmentReplay Replays { get; set; } = null!;

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    private async Task RunAsync()
    {
        (_running, _share, _fault) = (true, 0, null);
        try
        {
            _diff = await Replays.DiffAsync(Against, Tuning, new OnCircuit(InvokeAsync, DispatchExceptionAsync, Show), _left.Token);
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (Exception ex) when (ex is NpgsqlException or { InnerException: NpgsqlException })
        {
            _fault = "The database does not answer; try again in a moment.";
        }
        finally
        {
            _running = false;
        }
    }

    private void Show(double share)
    {
        _share = share;
        StateHasChanged();
    }

    private static (string Name, LegReplay Leg)[] Rows(ReplayDiff diff) =>
        [($"Before: {TuningText.Told(diff.A.Tuning)}", diff.A.Legs.Values.Single()), ($"Now: {TuningText.Told(diff.B.Tuning)}", diff.B.Legs.Values.Single())];
}

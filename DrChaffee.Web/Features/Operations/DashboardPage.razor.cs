using DrChaffee.Domain.Library;
using DrChaffee.Domain.Operations;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Schedule;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Audit;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What is being taken in, as it happens: a view of the feed, so that a reload, a second tab or a new connection ends in the same picture.</summary>
public sealed partial class DashboardPage
{
    private const int MostFinished = 3;

    private IngestionSnapshot _snapshot = IngestionSnapshot.Empty;
    private LibraryCounts? _counts;
    private bool _left;
    private bool _maySteer;
    private bool _paused;
    private IngestionSnapshot? _coming;
    private IDisposable? _subscription;
    private string? _nextRun;

    [Inject] private IngestionFeed Feed { get; set; } = null!;
    [Inject] private LibraryQueries Library { get; set; } = null!;
    [Inject] private Doctor Doctor { get; set; } = null!;
    [Inject] private Timetable Timetable { get; set; } = null!;
    [Inject] private IngestionRuns Runs { get; set; } = null!;
    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private SourceSteering Steering { get; set; } = null!;

    private IEnumerable<RunProgress> Running => _snapshot.Runs.Where(run => run.FinishedAt is null);

    private IEnumerable<RunProgress> Finished => _snapshot.Runs.Where(run => run.FinishedAt is not null && RunText.HasNews(run)).OrderByDescending(run => run.FinishedAt).Take(MostFinished);

    private string Mode => Doctor.About.First(finding => finding.Name == "mode").Message;

    /// <summary>Reads before it is shown for the first time, so that what was prerendered is replaced by the same picture and nothing jumps.</summary>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this); // they can only be read before the first await
        _maySteer = await Acts.MayAsync(Rights.Steer);
        await ApplyAsync(await Feed.LatestAsync(CancellationToken.None));
        await base.SetParametersAsync(ParameterView.Empty);
    }

    protected override void OnInitialized()
    {
        if (!RendererInfo.IsInteractive || _left) return;
        _subscription = Feed.Subscribe(snapshot =>
        {
            if (Interlocked.Exchange(ref _coming, snapshot) is null) _ = ShowAsync(); // a page that is slow to draw passes pictures by
        });
    }

    public void Dispose()
    {
        _left = true;
        _subscription?.Dispose();
    }

    /// <summary>Comes on a thread of the feed: get onto this circuit.</summary>
    private async Task ShowAsync()
    {
        try
        {
            await InvokeAsync(async () =>
            {
                if (Interlocked.Exchange(ref _coming, null) is { } snapshot) await ApplyAsync(snapshot);
                StateHasChanged();
            });
        }
        catch (ObjectDisposedException)
        {
            // The page was left while the picture was on its way.
        }
        catch (Exception ex) when (FollowingPage.IsOfDatabase(ex))
        {
            // The database is away: the last figures stand until it is back.
        }
        catch (Exception ex)
        {
            await DispatchExceptionAsync(ex);
        }
    }

    private async Task StopAsync(RunProgress run)
    {
        if (_maySteer && Runs.RequestStop(run.RunId)) await Acts.NoteAsync("stop_ingestion", run.Title);
    }

    private async Task ApplyAsync(IngestionSnapshot snapshot)
    {
        _snapshot = snapshot;
        _paused = await Steering.WasPausedAsync(CancellationToken.None);
        _nextRun = await Timetable.NextRunAsync(CancellationToken.None);
        _counts = await Library.CountsAsync(CancellationToken.None); // some seconds old at most, counted once for everyone
    }
}

using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Audit;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Operations;

/// <summary>Starts a run over a folder or an address, or shows what one would do.</summary>
public sealed partial class IngestForm : IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private string _place = "";
    private string _limit = "";
    private bool _newestFirst;
    private string? _fault;
    private string? _told;
    private RunPlan? _plan;
    private bool _busy;
    private bool _looking;

    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private RunOrders Orders { get; set; } = null!;

    private bool CanAct => !_busy && RendererInfo.IsInteractive;

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    private Task StartAsync() => ActAsync(async request =>
    {
        if (!await Acts.MayAsync(Rights.Steer)) return;
        await Orders.StartAsync(request);
        await Acts.NoteAsync("start_ingestion", request.Channel);
        (_told, _place) = ($"Started: {request.Channel}", "");
    });

    private async Task LookAsync()
    {
        _looking = true;
        await ActAsync(async request => _plan = RunPlan.Of(request, await Orders.LookAsync(request, _left.Token)));
        _looking = false;
    }

    private async Task ActAsync(Func<IngestionRequest, Task> act)
    {
        (_told, _plan, _fault) = (null, null, _place.Trim().Length > 0 ? null : "Write the address of a channel, playlist or feed, or a folder's path.");
        if (_fault is not null) return;
        _busy = true;
        try
        {
            var order = new RunOrder { Limit = _limit, NewestFirst = _newestFirst ? "true" : null, LimitUnprocessed = Orders.TakesFew ? "true" : null };
            var (request, fault) = await Orders.ReadAsync(Path.IsPathFullyQualified(_place.Trim()) ? order with { Path = _place } : order with { Channel = _place }, _left.Token);
            if (request is null) _fault = fault;
            else await act(request);
        }
        catch (IngestionException ex)
        {
            _fault = ex.Message;
        }
        catch (Exception ex) when (FollowingPage.IsOfDatabase(ex))
        {
            _fault = "The database does not answer; try again in a moment.";
        }
        catch (Exception ex) when (ex is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
        finally
        {
            _busy = false;
        }
    }
}

using System.Globalization;
using DrChaffee.Ingestion.Steering;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace DrChaffee.Web.Features.Operations;

/// <summary>What waits, the first to be taken first. Its order is changed by dragging a row, or by the buttons of a row.</summary>
public sealed partial class QueuePanel
{
    private const int First = 10;
    private const int PageSize = 20;

    private List<QueueItem> _items = []; // one more than is shown, so that the last can go down too
    private QueueOverview _overview = new(0, 0, 0, null);
    private int _total;
    private int _take = First;
    private int _reads;
    private ElementReference _table;
    private IJSObjectReference? _script;
    private DotNetObjectReference<QueuePanel>? _self;
    private (string Key, Step Step)? _focus;

    [Inject] private QueueBook Book { get; set; } = null!;
    [Inject] private IJSRuntime Js { get; set; } = null!;

    private enum Step
    {
        Top,
        Up,
        Down,
    }

    private IReadOnlyList<QueueItem> Shown => _items.Count > _take ? _items[.._take] : _items;

    /// <summary>A row was dropped on another: it stays there at once, and is read anew when the order is stored.</summary>
    [JSInvokable]
    public Task DropAsync(string key, string anchor, bool before) => InvokeAsync(async () =>
    {
        await MoveAsync(key, anchor, before);
        StateHasChanged();
    });

    public async ValueTask DisposeAsync()
    {
        Dispose();
        _self?.Dispose();
        try
        {
            if (_script is not null) await _script.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and its script with it.
        }
    }

    protected override async Task ReadPanelAsync()
    {
        var turn = ++_reads;
        var page = await Book.ListAsync(new QueueFilter { Take = _take + 1 }, CancellationToken.None);
        var overview = await Book.OverviewAsync(CancellationToken.None);
        if (turn == _reads) (_items, _total, _overview) = ([.. page.Items], page.Total, overview); // otherwise a row was moved, or all was read again, meanwhile
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var canFocus = CanAct; // while a row is moved its buttons are off
        try
        {
            if (_script is null && MaySteer && _total > 0)
            {
                _script = await Js.InvokeAsync<IJSObjectReference>("import", $"./{Assets["Features/Operations/QueuePanel.razor.js"]}");
                _self ??= DotNetObjectReference.Create(this);
            }

            if (_script is null) return;
            if (_total > 0) await _script.InvokeVoidAsync("follow", _table, _self);
            if (!canFocus || _focus is not var (key, step)) return;
            _focus = null;
            await _script.InvokeVoidAsync("focus", _table, key, step.ToString());
        }
        catch (JSDisconnectedException)
        {
            // The page was left.
        }
    }

    private Task StepAsync(QueueItem item, Step step)
    {
        var at = _items.FindIndex(i => i.SourceKey == item.SourceKey);
        var anchor = step switch { Step.Top => 0, Step.Up => at - 1, _ => at + 1 };
        if (at < 0 || anchor < 0 || anchor >= _items.Count || anchor == at) return Task.CompletedTask;
        _focus = (item.SourceKey, step);
        return MoveAsync(item.SourceKey, _items[anchor].SourceKey, before: step != Step.Down);
    }

    private Task MoveAsync(string key, string anchor, bool before) => ActAsync("move_source", key, async () =>
    {
        if (_items.Find(item => item.SourceKey == key) is not { } moved || key == anchor) return null;
        _items.Remove(moved);
        var at = Math.Max(0, _items.FindIndex(item => item.SourceKey == anchor) + (before ? 0 : 1));
        _items.Insert(at, moved);
        _reads++;
        await Steering.MoveAsync(key, anchor, before, CancellationToken.None);
        return string.Create(CultureInfo.InvariantCulture, $"At place {at + 1} now: {moved.Title}.");
    });

    private Task MoreAsync()
    {
        _take += PageSize;
        return ReadAsync();
    }

    private Task SetAsideAsync(QueueItem item) => ActAsync("set_aside_source", item.SourceKey, async () =>
    {
        await Steering.SetAsideAsync(item.SourceKey, CancellationToken.None);
        return $"Set aside: {item.Title}.";
    });

    private Task LetGoAsync(QueueItem item) => ActAsync("let_go_source", item.SourceKey, async () =>
    {
        await Steering.LetGoAsync(item.SourceKey, CancellationToken.None);
        return $"Let go: {item.Title}.";
    });

    private Task RetryAsync(QueueItem item) => ActAsync("retry_source", item.SourceKey, async () =>
    {
        await Steering.RetryAsync(item.SourceKey, CancellationToken.None);
        return $"In line again: {item.Title}.";
    });

    private Task PauseChannelAsync(QueueItem item) => ActAsync(item.ChannelPaused ? "resume_channel" : "pause_channel", item.Channel, async () =>
    {
        await Steering.PauseChannelAsync(item.ChannelId!.Value, !item.ChannelPaused, CancellationToken.None);
        return item.ChannelPaused ? $"Resumed: {item.Channel}." : $"Paused: {item.Channel}.";
    });
}

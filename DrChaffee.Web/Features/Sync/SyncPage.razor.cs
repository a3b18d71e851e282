using DrChaffee.Domain.Sync;
using DrChaffee.Domain.Sync.Merging;
using DrChaffee.Domain.Sync.Runs;
using DrChaffee.Web.Features.Audit;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Sync;

/// <summary>Shows how two libraries differ, brings one's changes into the other, and takes a person's word for what both changed. How far a sync is stands in the database.</summary>
public sealed partial class SyncPage
{
    private SyncDirection _direction;
    private string? _refusal;
    private SyncRun? _run;
    private SyncReport? _difference;
    private IReadOnlyList<SyncConflict> _conflicts = [];
    private int _total;
    private string? _told;
    private bool _failed;
    private bool _busy;

    [Inject] private SyncDesk Desk { get; set; } = null!;
    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private SyncRuns Runs { get; set; } = null!;
    [Inject] private ILogger<SyncPage> Logger { get; set; } = null!;

    protected override TimeSpan Beat => TimeSpan.FromSeconds(1);

    private bool CanAct => _refusal is null && !_busy && RendererInfo.IsInteractive;

    private string From => _direction == SyncDirection.There ? Desk.This : Desk.Other!;

    private string To => _direction == SyncDirection.There ? Desk.Other! : Desk.This;

    protected override async Task ReadAsync()
    {
        try
        {
            var before = _run;
            (_refusal, _run) = (await Desk.RefusalAsync(CancellationToken.None), await Runs.LastAsync(CancellationToken.None));
            if (before is { Running: true } && _run is { Running: false })
            {
                _difference = null;
                await ReadConflictsAsync();
            }
        }
        catch (Exception ex) when (IsOfDatabase(ex))
        {
            // The database is away: what was read last stands until it is back.
        }
        catch (SyncException ex)
        {
            (_told, _failed) = (ex.Message, true);
        }
    }

    /// <summary>The other library may be far away.</summary>
    protected override Task LookOnceAsync(CancellationToken left) => _refusal is null ? InvokeAsync(() => GuardAsync(ReadConflictsAsync)) : Task.CompletedTask;

    private string Pressed(SyncDirection direction) => _direction == direction ? "true" : "false";

    private Task TurnAsync(SyncDirection direction) => GuardAsync(async () =>
    {
        (_direction, _difference, _conflicts, _total) = (direction, null, [], 0);
        await ReadConflictsAsync();
    });

    private Task CompareAsync() => GuardAsync(async () => _difference = await Desk.DifferenceAsync(_direction, CancellationToken.None));

    private Task StartAsync() => GuardAsync(async () =>
    {
        await Desk.StartAsync(_direction, Preference.None, CancellationToken.None);
        await Acts.NoteAsync("start_sync", $"{From} to {To}");
        _difference = null;
        await ReadAsync();
    });

    private Task DecideAsync(SyncConflict conflict, Preference decision) => GuardAsync(async () =>
    {
        var found = await Desk.DecideAsync(_direction, conflict.Id, decision, CancellationToken.None);
        await Acts.NoteAsync("settle_conflict", $"{conflict.SourceKey}");
        await ReadConflictsAsync();
        _told = found ? "Decided: the next sync does it." : "That conflict is settled already.";
    });

    private async Task ReadConflictsAsync() => (_total, _conflicts) = await Desk.ConflictsAsync(_direction, CancellationToken.None);

    private async Task GuardAsync(Func<Task> act)
    {
        (_busy, _told, _failed) = (true, null, false);
        StateHasChanged();
        try
        {
            await act();
        }
        catch (SyncException ex)
        {
            (_told, _failed) = (ex.Message, true);
        }
        catch (Exception ex)
        {
            (_told, _failed) = (IsOfDatabase(ex) ? "The database does not answer; try again in a moment." : "That did not work; the log says why.", true);
            if (!IsOfDatabase(ex)) LogFailed(ex);
        }
        finally
        {
            _busy = false;
            StateHasChanged();
        }
    }

    [LoggerMessage(LogLevel.Error, "The page of sync could not do what it was asked.")]
    private partial void LogFailed(Exception exception);
}

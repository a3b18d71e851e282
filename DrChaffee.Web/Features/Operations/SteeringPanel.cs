using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Audit;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Components;

namespace DrChaffee.Web.Features.Operations;

/// <summary>A part of the dashboard from which ingestion is steered: reads by itself, does one thing at a time, and tells how it went.</summary>
public abstract partial class SteeringPanel : FollowingPage
{
    private const int BeatsTold = 4;

    private bool _acting;
    private bool _may;
    private int _beats;

    [Inject] protected SourceSteering Steering { get; set; } = null!;
    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private ILogger<SteeringPanel> Logger { get; set; } = null!;

    protected override TimeSpan Beat => TimeSpan.FromSeconds(3);

    /// <summary>False where this machine may change nothing, or whoever looks may not: there are no buttons then.</summary>
    protected bool MaySteer => _may;

    protected bool CanAct => MaySteer && !_acting && RendererInfo.IsInteractive;

    /// <summary>What became of the last act, in a sentence. What went well is told for some seconds, what did not until the next act.</summary>
    protected string? Told { get; private set; }

    protected bool Failed { get; private set; }

    protected string ToldClass => $"told small {(Failed ? "state-failed" : "soft")}";

    protected sealed override async Task ReadAsync()
    {
        if (!_acting && !Failed && ++_beats > BeatsTold) Told = null;
        try
        {
            _may = await Steering.RefusalAsync(CancellationToken.None) is null && await Acts.MayAsync(Rights.Steer);
            await ReadPanelAsync();
        }
        catch (Exception ex) when (IsOfDatabase(ex))
        {
            // The database is away: what was read last stands until it is back.
        }
    }

    protected abstract Task ReadPanelAsync();

    /// <param name="action">As the HTTP interface names it, for the audit log.</param>
    /// <param name="act">Gives what to tell, or null for nothing.</param>
    protected async Task ActAsync(string action, string? subject, Func<Task<string?>> act)
    {
        if (!CanAct) return;
        (_acting, Told, Failed, _beats) = (true, null, false, 0);
        try
        {
            Told = await act();
            await Acts.NoteAsync(action, subject);
        }
        catch (Exception ex)
        {
            (Told, Failed) = (SentenceOf(ex, LogFailed), true);
        }

        await ReadAsync();
        _acting = false;
    }

    [LoggerMessage(LogLevel.Error, "Ingestion could not be steered.")]
    private partial void LogFailed(Exception exception);
}

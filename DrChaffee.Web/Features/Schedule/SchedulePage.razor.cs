using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Schedule;
using DrChaffee.Web.Features.Audit;
using DrChaffee.Web.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Npgsql;
using Quartz;

namespace DrChaffee.Web.Features.Schedule;

/// <summary>When jobs run, what became of them, and an admin's hand on both.</summary>
public sealed partial class SchedulePage
{
    private const int MoreRuns = 20;
    private const int MostRuns = 200;

    private TimetableState? _state;
    private IReadOnlyList<PastRun> _history = [];
    private int _total;
    private int _shown = MoreRuns;
    private string? _unread;
    private string? _told;
    private bool _failed;
    private bool _busy;

    [Inject] private Timetable Timetable { get; set; } = null!;
    [Inject] private JobHistory History { get; set; } = null!;
    [Inject] private ScheduleControl Control { get; set; } = null!;
    [Inject] private PageActs Acts { get; set; } = null!;
    [Inject] private ChaffeeSettings Settings { get; set; } = null!;
    [Inject] private ILogger<SchedulePage> Logger { get; set; } = null!;
    [CascadingParameter] private Task<AuthenticationState>? SignedIn { get; set; }

    private string Sentence => _state is not { Cron: { } cron } ? "It does not begin by itself." : $"It begins {_state.Words}, and takes in at most {Settings.IngestionLimit} new recordings.";

    private string Origin => _state switch
    {
        { ChosenBy: { } by, ChosenAt: { } at } => $"Chosen by {by} on {Spoken.Day(TimeZoneInfo.ConvertTime(at, Settings.TimeZone))}.",
        { Cron: var cron, DefaultCron: var own } when cron != own => "As INGESTION_SCHEDULE says of another process on this database, or said of this one before.",
        { DefaultCron: not null } => "As INGESTION_SCHEDULE says, or the default of this run mode.",
        _ => "INGESTION_SCHEDULE is not set.",
    };

    protected override TimeSpan Beat => TimeSpan.FromSeconds(2);

    protected override async Task ReadAsync()
    {
        try
        {
            _state = await Timetable.ReadAsync(CancellationToken.None);
            if (_state.Refusal is null) (_total, _history) = await History.ListAsync(job: null, _shown, skip: 0, CancellationToken.None);
        }
        catch (PostgresException ex) when (ex.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            _unread = "The database has no schedule yet; run 'drchaffee migrate' on the machine that writes to it.";
        }
        catch (Exception ex) when (IsOfDatabase(ex))
        {
            // The database is away: what was read last stands until it is back.
        }
    }

    private Task ShowMoreAsync()
    {
        _shown = Math.Min(_shown + MoreRuns, MostRuns);
        return ReadAsync();
    }

    private Task ChangeAsync(string cron) => ActAsync("change_schedule", cron, async by => await Control.ChangeAsync(cron, by, CancellationToken.None));

    private Task RunAsync(string job) => ActAsync("run_job", job, async by => await Control.RunNowAsync(ScheduledJob.Find(job)!, by, CancellationToken.None));

    private Task PauseAsync(string job) => ActAsync("pause_job", job, async by => await Control.PauseAsync(ScheduledJob.Find(job)!, by, CancellationToken.None));

    private Task ResumeAsync(string job) => ActAsync("resume_job", job, async _ => await Control.ResumeAsync(ScheduledJob.Find(job)!, CancellationToken.None));

    private async Task ActAsync(string action, string subject, Func<string, Task<string>> act)
    {
        (_busy, _told) = (true, null);
        try
        {
            var by = SignedIn is null ? null : (await SignedIn).User.Identity?.Name;
            (_told, _failed) = (await act(by ?? "admin"), false);
            await Acts.NoteAsync(action, subject);
            await ReadAsync();
        }
        catch (IngestionException ex)
        {
            (_told, _failed) = (ex.Message, true);
        }
        catch (Exception ex) when (IsOfDatabase(ex) || ex is SchedulerException)
        {
            LogFailed(ex);
            (_told, _failed) = ("The database does not answer; try again in a moment.", true);
        }
        finally
        {
            _busy = false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The schedule could not be changed.")]
    private partial void LogFailed(Exception exception);
}

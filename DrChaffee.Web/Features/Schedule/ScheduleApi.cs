using DrChaffee.Domain.Data;
using DrChaffee.Domain.Schedule;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.Schedule;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DrChaffee.Web.Features.Schedule;

/// <summary>What the page of the schedule does, for programs.</summary>
internal static class ScheduleApi
{
    private const int NextTimes = 5;

    public static void MapScheduleApi(this IEndpointRouteBuilder routes)
    {
        var schedule = routes.MapGroup("/api/admin/schedule").WithTags("Operations").RequireAuthorization(Rights.Steer);
        schedule.MapGet("/", ReadAsync).WithName("Schedule").WithSummary("Tell what is scheduled, and how it stands with each job.");
        schedule.MapPut("/", ChangeAsync).WithName("ChangeSchedule").WithSummary("Choose when the nightly run begins: five fields of cron, off, or default for what the environment says.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        schedule.MapGet("/preview", Preview).WithName("PreviewSchedule").WithSummary("Say a schedule in words, with its next five times. Nothing is changed.").ProducesProblem(StatusCodes.Status400BadRequest);
        schedule.MapGet("/history", HistoryAsync).WithName("JobHistory").WithSummary("List what became of each firing of a job, the latest first.").ProducesProblem(StatusCodes.Status400BadRequest);
        foreach (var (act, name, summary) in ((JobAct, string, string)[])
            [
                (JobAct.Run, "RunJob", "Run a job now, beside its schedule."),
                (JobAct.Pause, "PauseJob", "Pause a job. A run in progress goes on to its end."),
                (JobAct.Resume, "ResumeJob", "Let a paused job go on; what it missed is made up for by one run."),
            ])
        {
            schedule.MapPost($"/{{job}}/{SnakeCase.Name(act)}", (string job, ScheduleControl control, HttpContext context, CancellationToken cancellationToken) => ActAsync(act, job, control, context, cancellationToken))
                .WithName(name).WithSummary(summary).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        }
    }

    private static async Task<Ok<ScheduleAnswer>> ReadAsync(Timetable timetable, CancellationToken cancellationToken)
    {
        var state = await timetable.ReadAsync(cancellationToken);
        return TypedResults.Ok(new ScheduleAnswer(
            state.TimeZone, state.Cron, state.Words, state.DefaultCron, state.ChosenBy, state.ChosenAt, state.Next, state.Refusal, state.Jobs.Count, state.Jobs));
    }

    private static Task<Results<Ok<Decision>, ProblemHttpResult>> ChangeAsync(WantedSchedule wanted, ScheduleControl control, HttpContext context, CancellationToken cancellationToken) =>
        GuardAsync(() => control.ChangeAsync(wanted.Cron, Name(context), cancellationToken));

    private static Results<Ok<SchedulePreview>, ProblemHttpResult> Preview(string? cron, ChaffeeSettings settings, TimeProvider time) => CronSchedule.TryParse(cron, out var schedule, out var fault)
        ? TypedResults.Ok(new SchedulePreview(schedule.Text, schedule.Words, settings.TimeZone.Id, CronTimes.Next(schedule, NextTimes, time.GetUtcNow(), settings.TimeZone)))
        : Problems.BadParameter(fault);

    private static async Task<Results<Ok<HistoryAnswer>, ProblemHttpResult>> HistoryAsync(string? job, string? take, string? skip, JobHistory history, CancellationToken cancellationToken)
    {
        var reader = new ParameterReader();
        var name = reader.Text("job", job);
        var (taken, skipped) = (reader.Number("take", take, 20, 1, 200), reader.Number("skip", skip, 0, 0, 1_000_000));
        if (reader.Fault is { } fault) return Problems.BadParameter(fault);
        if (name is not null && ScheduledJob.Find(name) is null) return Problems.BadParameter($"job is '{name}'; write {Names()}.");
        var (total, items) = await history.ListAsync(name is null ? null : ScheduledJob.Find(name)!.Name, taken, skipped, cancellationToken);
        return TypedResults.Ok(new HistoryAnswer(total, items));
    }

    private static async Task<Results<Ok<Decision>, ProblemHttpResult>> ActAsync(JobAct act, string name, ScheduleControl control, HttpContext context, CancellationToken cancellationToken) =>
        ScheduledJob.Find(name) is not { } job
            ? Problems.NotFound($"There is no job {name}; the jobs are {Names()}.")
            : await GuardAsync(() => act switch
            {
                JobAct.Run => control.RunNowAsync(job, Name(context), cancellationToken),
                JobAct.Pause => control.PauseAsync(job, Name(context), cancellationToken),
                _ => control.ResumeAsync(job, cancellationToken),
            });

    private static async Task<Results<Ok<Decision>, ProblemHttpResult>> GuardAsync(Func<Task<string>> act)
    {
        try
        {
            return TypedResults.Ok(new Decision(await act()));
        }
        catch (ScheduleFaultException ex)
        {
            return Problems.BadParameter(ex.Message);
        }
        catch (IngestionRefusedException ex)
        {
            return Problems.Refused(ex.Message);
        }
    }

    private static string Name(HttpContext context) => context.User.Identity?.Name ?? "admin";

    private static string Names() => $"{string.Join(", ", ScheduledJob.All.SkipLast(1).Select(job => job.Name))} or {ScheduledJob.All[^1].Name}";

    private enum JobAct
    {
        Run,
        Pause,
        Resume,
    }

    internal sealed record ScheduleAnswer(
        string TimeZone, string? Cron, string Words, string? DefaultCron, string? ChosenBy, DateTimeOffset? ChosenAt, IReadOnlyList<DateTimeOffset> Next, string? Refusal,
        int Total, IReadOnlyList<JobState> Items);

    internal sealed record WantedSchedule(string? Cron);

    internal sealed record SchedulePreview(string Cron, string Words, string TimeZone, IReadOnlyList<DateTimeOffset> Next);

    internal sealed record HistoryAnswer(int Total, IReadOnlyList<PastRun> Items);

    /// <param name="Message">What happens now, in a sentence.</param>
    internal sealed record Decision(string Message);
}

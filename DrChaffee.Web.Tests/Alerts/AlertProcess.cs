using DrChaffee.Domain;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Schedule;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion;
using DrChaffee.Ingestion.Alerts;
using DrChaffee.Ingestion.Alerts.Carriers;
using DrChaffee.Ingestion.Alerts.Checks;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Web.Tests.Alerts;

/// <summary>What one process that tells an operator is made of. Two of them on one database are two machines.</summary>
internal sealed class AlertProcess : IAsyncDisposable
{
    private readonly TestFolder _data = new();
    private readonly ServiceProvider _services;

    /// <param name="privateAllowed">False: a webhook on this machine is refused.</param>
    public AlertProcess(TestDatabase database, TimeProvider time, AlertSettings alerts, RunMode mode = RunMode.Production, bool privateAllowed = true, string options = "")
    {
        Assert.True(CronSchedule.TryParse("0 2 * * *", out var schedule, out _));
        var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(Log)).AddSingleton(time);
        services.AddDomain(new ChaffeeSettings
        {
            ConnectionString = database.ConnectionString + options,
            DataDirectory = _data.Path,
            AudioDirectory = Path.Combine(_data.Path, "audio"),
            Mode = mode,
            Alerts = alerts,
            IngestionSchedule = schedule,
            Fetch = new FetchSettings { PrivateAddressesAllowed = privateAllowed },
            Secrets = [.. new[] { alerts.WebhookSecret, alerts.Mail?.Password }.OfType<string>()],
        });
        services.AddIngestion();
        _services = services.BuildServiceProvider();
    }

    public LogMemory Log { get; } = new();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public AlertWorker Worker => _services.GetServices<IHostedService>().OfType<AlertWorker>().Single();

    public AlertDelivery Delivery => Get<AlertDelivery>();

    /// <summary>Looks at the night and at hosts, whatever this machine's disk is like.</summary>
    public Task LookAsync(params IAlertCheck[] checks) =>
        new AlertWatch(checks.Length > 0 ? checks : [.. _services.GetServices<IAlertCheck>().Where(check => check is not DiskCheck)], Get<AlertCarriers>(), Get<AlertOutbox>(), Get<TimeProvider>(), Get<ILogger<AlertWatch>>())
            .LookAsync(TestContext.Current.CancellationToken);

    /// <summary>Puts a message there and takes it, as a process does that is about to send it.</summary>
    public async Task PutAsync(string subject, string? state = "wrong") =>
        await Get<AlertOutbox>().PutAsync(new AlertNote(subject, state, $"Something about {subject}", "It is <wrong> & waits."), after: null, Get<AlertCarriers>().Names, TestContext.Current.CancellationToken);

    public Task DeliverAsync() => Delivery.DeliverAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _data.Dispose();
    }
}

internal static class AlertRows
{
    public static Task ForgetAlertsAsync(this TestDatabase database) => database.ScalarAsync<object>("TRUNCATE alerts, job_runs, job_schedules RESTART IDENTITY");

    /// <summary>What was told, the oldest first: <c>state: headline</c>.</summary>
    public static async Task<IReadOnlyList<string>> ToldAsync(this TestDatabase database) =>
        await database.ScalarAsync<string[]>("SELECT coalesce(array_agg(headline ORDER BY id), '{}') FROM alerts") ?? [];

    public static async Task<string> LastTextAsync(this TestDatabase database) => (await database.ScalarAsync<string>("SELECT text FROM alerts ORDER BY id DESC LIMIT 1"))!;

    /// <summary>How the last stands: <c>sent</c>, <c>given up: why</c>, <c>waiting: why</c>.</summary>
    public static async Task<string> StandingAsync(this TestDatabase database) => (await database.ScalarAsync<string>(
        "SELECT CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN given_up_at IS NOT NULL THEN 'given up: ' || last_error ELSE concat_ws(': ', 'waiting', last_error) END FROM alerts ORDER BY id DESC LIMIT 1"))!;

    public static async Task AddRunAsync(this TestDatabase database, DateTimeOffset startedAt, TimeSpan? took, JobOutcome? outcome, string? message = null)
    {
        await using var db = await database.OpenAsync();
        db.JobRuns.Add(new JobRun { Job = "ingest", StartedAt = startedAt, FinishedAt = startedAt + took, Outcome = outcome, Message = message, Process = "test" });
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }
}

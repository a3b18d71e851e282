using System.Net.Http.Json;
using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace DrChaffee.Web.Tests.Schedule;

/// <summary>What tests of the schedule ask of a running program.</summary>
internal static class ScheduleApp
{
    public const string Address = "/api/admin/schedule";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The sentence of the answer, whether it is done or refused.</summary>
    public static async Task<(int Status, string Sentence)> ActAsync(this HttpClient client, string job, string act)
    {
        using var answer = await client.PostAsync(new Uri($"{Address}/{job}/{act}", UriKind.Relative), content: null, Token);
        return await SentenceAsync(answer);
    }

    public static async Task<(int Status, string Sentence)> ChooseAsync(this HttpClient client, string? cron)
    {
        using var answer = await client.PutAsJsonAsync(Address, new { cron }, Token);
        return await SentenceAsync(answer);
    }

    public static async Task<JsonElement> JobAsync(this HttpClient client, string name) =>
        (await client.JsonAsync(Address)).GetProperty("items").EnumerateArray().Single(job => job.GetProperty("name").GetString() == name);

    /// <summary>Waits until a job has run so many times, and gives its runs, the latest first.</summary>
    public static async Task<IReadOnlyList<JsonElement>> RunsAsync(this HttpClient client, string job, int count = 1)
    {
        IReadOnlyList<JsonElement> runs = [];
        await Poll.UntilAsync(async () =>
        {
            runs = [.. (await client.JsonAsync($"{Address}/history?job={job}")).GetProperty("items").EnumerateArray().Where(run => run.GetProperty("outcome").GetString() != "running")];
            return runs.Count >= count;
        });
        return runs;
    }

    /// <summary>Waits until the program has scheduled its jobs.</summary>
    public static Task UntilScheduledAsync(this TestDatabase database, int triggers) =>
        Poll.UntilAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM qrtz_triggers") >= triggers);

    /// <summary>Ends the app's own scheduler, once it runs: one that is half started cannot be ended.</summary>
    public static async Task EndSchedulerAsync(this ChaffeeApp app)
    {
        var scheduler = await app.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Token);
        await Poll.UntilAsync(() => Task.FromResult(scheduler.Status == SchedulerStatus.Running), TimeSpan.FromMinutes(2));
        await scheduler.Shutdown(waitForJobsToComplete: true, Token);
    }

    private static async Task<(int Status, string Sentence)> SentenceAsync(HttpResponseMessage answer)
    {
        var json = await answer.JsonAsync();
        return ((int)answer.StatusCode, json.TryGetProperty("message", out var message) ? message.GetString()! : json.GetProperty("detail").GetString()!);
    }
}

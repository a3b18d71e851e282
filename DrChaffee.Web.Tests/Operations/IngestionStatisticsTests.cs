using System.Net;
using AngleSharp.Html.Parser;
using Bunit;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Schedule.Jobs;
using DrChaffee.Web.Features.Operations;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace DrChaffee.Web.Tests.Operations;

public sealed class IngestionStatisticsTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    /// <summary>An hour past midnight in Berlin, where the clocks went back the day before.</summary>
    private static readonly DateTimeOffset Now = new(2025, 10, 27, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Days_are_those_of_the_zone_and_the_pace_counts_the_minutes_at_work()
    {
        await app.Database.ClearAsync();
        await WriteAsync("2025-10-25T21:59:30Z", "done", 3600); // still Saturday there
        await WriteAsync("2025-10-25T22:00:10Z", "stage_started"); // Sunday, which has 25 hours
        await WriteAsync("2025-10-25T22:00:50Z", "progress");
        await WriteAsync("2025-10-26T22:30:00Z", "done", 1800);
        await WriteAsync("2025-10-26T22:31:00Z", "failed");
        await WriteAsync("2025-10-26T22:31:30Z", "failed"); // the same once more
        await WriteAsync("2025-10-26T23:30:00Z", "run_started"); // Monday, so far without anything done
        await using var source = NpgsqlDataSource.Create(app.Database.ConnectionString);
        var settings = new ChaffeeSettings { ConnectionString = "", TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };

        var days = await new IngestionStatistics(settings, source, new FakeTimeProvider(Now)).ReadAsync(4, Token);

        Assert.Equal(
        [
            new IngestionDay(new DateOnly(2025, 10, 24), 0, 0, 0, null),
            new IngestionDay(new DateOnly(2025, 10, 25), 1, 1, 0, 60),
            new IngestionDay(new DateOnly(2025, 10, 26), 0.5, 1, 1, 10),
            new IngestionDay(new DateOnly(2025, 10, 27), 0, 0, 0, 0),
        ], days);
    }

    [Fact]
    public void The_events_of_all_days_that_are_shown_are_kept()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var endOfToday = new DateTimeOffset(2025, 11, 10, 22, 59, 59, TimeSpan.Zero);
        var firstDay = TimeZoneInfo.ConvertTimeToUtc(new DateTime(2025, 10, 12), zone); // 29 days before, summer time

        Assert.True((endOfToday - CleanUpJob.EventsKept).UtcDateTime <= firstDay);
    }

    [Fact]
    public async Task Programs_ask_for_as_many_days_as_they_want_and_an_empty_library_says_so_in_a_sentence()
    {
        await using var empty = new EmptyApp();
        await empty.InitializeAsync();
        using var client = await empty.SignedInClientAsync();
        var (month, week) = (await client.JsonAsync("/api/admin/statistics"), await client.JsonAsync("/api/admin/statistics?days=7"));
        var page = await client.GetStringAsync("/admin", Token);

        Assert.Equal((30, 30, 7), (month.GetProperty("total").GetInt32(), month.GetProperty("items").GetArrayLength(), week.GetProperty("items").GetArrayLength()));
        Assert.Equal(["day", "hours", "recordings", "failed", "times_real_time"], week.GetProperty("items")[0].Names());
        Assert.Equal("days is '31'; write a whole number from 1 to 30.", await client.ProblemAsync("/api/admin/statistics?days=31", HttpStatusCode.BadRequest));
        Assert.Contains("Nothing was ingested in the last 30 days.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<figure", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_ingested_is_drawn_and_told_in_a_table()
    {
        await app.Database.ClearAsync();
        await WriteAsync(TimeProvider.System.GetUtcNow().AddMinutes(-1).ToString("O"), "done", 5400);
        await using var drawing = new EmptyApp { Variables = [("DATABASE_URL", app.Database.ConnectionString)] };
        await drawing.InitializeAsync();
        using var client = await drawing.SignedInClientAsync();
        var page = await client.GetStringAsync("/admin", Token);

        Assert.Contains("1.5 hours, 1 recording</title>", page, StringComparison.Ordinal);
        Assert.Contains("90 times real time</title>", page, StringComparison.Ordinal);
        Assert.Equal(["1.5", "1", "0", "90"], new HtmlParser().ParseDocument(page).QuerySelectorAll("[aria-labelledby=month] td").Select(cell => cell.TextContent));
    }

    [Fact]
    public async Task A_bar_is_as_high_as_its_share_of_the_scale_and_today_is_marked()
    {
        await using var context = new BunitContext();
        DayBar[] days = [.. Enumerable.Range(1, 30).Select(day => new DayBar(new DateOnly(2026, 11, day), day == 30 ? 15 : null, $"day {day}"))];

        var chart = context.Render<DayChart>(chart => chart.Add(c => c.Title, "Hours").Add(c => c.Days, days).Add(c => c.Height, 100));

        Assert.Equal(["15", "7.5", "0"], chart.FindAll(".scale span").Select(tick => tick.TextContent));
        Assert.Equal(("100", "day 30"), (chart.Find(".today .bar").GetAttribute("height"), chart.Find(".today title").TextContent));
        Assert.Equal("0", chart.Find(".day:not(.today) .bar").GetAttribute("height"));
        Assert.Equal("today", chart.Find(".days .last").TextContent);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.07, 0.08)]
    [InlineData(10, 10)]
    [InlineData(10.1, 15)]
    [InlineData(21, 30)]
    [InlineData(999, 1000)]
    public void A_scale_ends_at_a_round_number(double greatest, double end) => Assert.Equal(end, DayBar.Top(greatest), 6);

    private Task<object?> WriteAsync(string at, string kind, double? seconds = null) => app.Database.ScalarAsync<object>(
        $"INSERT INTO ingestion_events (at, run_id, kind, source_key, title, duration_sec) VALUES ('{at}', gen_random_uuid(), '{kind}', 'file-talk', 'Talk', {seconds?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "NULL"})");
}

using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Alerts;
using DrChaffee.Ingestion.Alerts.Checks;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Alerts;

/// <summary>What becomes of what the checks find, whatever they look at.</summary>
public sealed class WatchTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_check_that_fails_is_logged_and_hides_nothing_that_others_find()
    {
        await using var process = await StartAsync();

        await process.LookAsync(new FakeCheck(() => throw new InvalidOperationException("No such thing.")), new FakeCheck(() => "wrong"));

        Assert.Equal(["wrong"], await database.ToldAsync());
        Assert.Contains(process.Log.Lines, line => line.Contains("FakeCheck could not look", StringComparison.Ordinal) && line.Contains("No such thing.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_that_do_not_agree_are_heard_once_an_hour()
    {
        await using var process = await StartAsync();

        for (var minute = 0; minute <= 120; minute++)
        {
            await process.LookAsync(new FakeCheck(() => "one"));
            await process.LookAsync(new FakeCheck(() => "other"));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["one", "other", "one"], await database.ToldAsync());
    }

    [Fact]
    public async Task What_is_wrong_after_it_was_well_is_told_at_once()
    {
        await using var process = await StartAsync();
        await process.LookAsync(new FakeCheck(() => "wrong"));
        await process.LookAsync(new FakeCheck(() => null));
        var early = await database.ToldAsync();
        _time.Advance(AlertWatch.Rest);

        await process.LookAsync(new FakeCheck(() => null));
        await process.LookAsync(new FakeCheck(() => "wrong"));

        Assert.Equal(["wrong"], early);
        Assert.Equal(["wrong", "well", "wrong"], await database.ToldAsync());
    }

    private async Task<AlertProcess> StartAsync()
    {
        var process = new AlertProcess(database, _time, new AlertSettings { Webhook = new Uri("http://127.0.0.1:1/") });
        await database.ForgetAlertsAsync();
        return process;
    }

    /// <summary>Finds the same thing in the state that a test says.</summary>
    private sealed class FakeCheck(Func<string?> state) : IAlertCheck
    {
        public Task<IReadOnlyList<AlertNote>> LookAsync(IReadOnlyDictionary<string, string> wrong, CancellationToken cancellationToken)
        {
            var found = state();
            return Task.FromResult<IReadOnlyList<AlertNote>>([new AlertNote("thing", found, found ?? "well", "It is as it is.")]);
        }
    }
}

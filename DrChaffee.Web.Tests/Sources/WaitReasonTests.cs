using DrChaffee.Domain.Sources;

namespace DrChaffee.Web.Tests.Sources;

public sealed class WaitReasonTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 10, 22, 30, 0, TimeSpan.Zero);
    private static readonly SourceStanding Queued = new() { State = SourceState.Queued };

    public static TheoryData<string, SourceStanding> Obstacles => new()
    {
        { "It was set aside; let it go to have it worked on.", Queued with { SetAside = true } },
        { "Everything is paused.", Queued with { AllPaused = true } },
        { "Its channel Kidney Hour is paused.", Queued with { ChannelPaused = true, ChannelTitle = "Kidney Hour" } },
        { "Its channel Kidney Hour is worked on from 01:00 to 06:30 only.", Queued with { ActiveFrom = new(1, 0), ActiveTo = new(6, 30), ChannelTitle = "Kidney Hour" } },
        { "talks.example is left alone until 22:45: it refuses this machine", Queued with { Host = "talks.example", HostOpenUntil = Now.AddMinutes(15), HostReason = "it refuses this machine" } },
        { "talks.example is left alone until 11 March, 01:30: it failed several times", Queued with { Host = "talks.example", HostOpenUntil = Now.AddHours(3) } },
        { "This machine does not have the file /talks/a.mp3.", Queued with { MissingFile = "/talks/a.mp3" } },
        { "It came as a transcript and has no media to fetch; import its file again.", Queued with { HasFetchPlan = false } },
        { "It failed 3 times and is tried again at 22:40.", new() { State = SourceState.Failed, Attempts = 3, NextTryAt = Now.AddMinutes(10) } },
        { "It failed and is tried again on 11 March, 02:30.", new() { State = SourceState.Failed, Attempts = 1, NextTryAt = Now.AddHours(4) } },
        { "It failed 8 times and waits for a person: retry it, or set it aside.", new() { State = SourceState.Failed, Attempts = 8 } },
        { "there is no transcriber", new() { State = SourceState.Waiting, StateReason = "there is no transcriber" } },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void What_is_in_the_way_is_said_in_a_sentence(string sentence, SourceStanding source) => Assert.Equal(sentence, WaitReason.Of(source, Now, TimeZoneInfo.Utc));

    [Fact]
    public void A_source_with_nothing_in_the_way_waits_for_its_turn()
    {
        SourceStanding[] free =
        [
            Queued,
            new() { State = SourceState.Failed, Attempts = 1, NextTryAt = Now },
            new() { State = SourceState.Working, LeaseUntil = Now.AddSeconds(-1) },
            Queued with { Host = "talks.example", HostOpenUntil = Now },
            Queued with { ActiveFrom = new(22, 0), ActiveTo = new(6, 0) },
        ];

        Assert.All(free, source => Assert.Null(WaitReason.Obstacle(source, Now, TimeZoneInfo.Utc)));
        Assert.All(free, source => Assert.Equal("It waits for its turn.", WaitReason.Of(source, Now, TimeZoneInfo.Utc)));
    }

    [Fact]
    public void What_is_done_or_worked_on_does_not_wait()
    {
        Assert.Null(WaitReason.Of(new() { State = SourceState.Done }, Now, TimeZoneInfo.Utc));
        Assert.Null(WaitReason.Of(new() { State = SourceState.Working, LeaseUntil = Now.AddSeconds(20) }, Now, TimeZoneInfo.Utc));
    }

    [Theory]
    [InlineData("22:00", "06:00", "23:00", true)]
    [InlineData("22:00", "06:00", "05:59", true)]
    [InlineData("22:00", "06:00", "06:00", false)]
    [InlineData("01:00", "02:00", "01:00", true)]
    [InlineData("01:00", "02:00", "02:00", false)]
    [InlineData("03:00", "03:00", "15:00", true)]
    public void Active_hours_may_reach_over_midnight(string from, string to, string at, bool within)
    {
        var invariant = System.Globalization.CultureInfo.InvariantCulture;
        var local = new DateTimeOffset(new DateOnly(2026, 3, 10), TimeOnly.Parse(at, invariant), TimeSpan.Zero);

        Assert.Equal(within, WaitReason.IsWithin(TimeOnly.Parse(from, invariant), TimeOnly.Parse(to, invariant), local));
    }
}

using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Web.Tests.Pipeline;

public sealed class RetryPolicyTests
{
    [Fact]
    public void Each_wait_is_twice_as_long_as_the_one_before_until_a_person_must_look()
    {
        double?[] waits = [.. Enumerable.Range(1, 8).Select(attempt => RetryPolicy.Next(FailureClass.Transient, attempt, null, 0.5)?.TotalSeconds)];

        Assert.Equal([30, 60, 120, 240, 480, 960, 1920, null], waits);
    }

    [Theory]
    [InlineData(0, 24)]
    [InlineData(1, 36)]
    public void Jitter_spreads_the_waits_by_a_fifth_either_way(double jitter, double seconds) =>
        Assert.Equal(seconds, RetryPolicy.Next(FailureClass.Transient, 1, null, jitter)!.Value.TotalSeconds, precision: 6);

    [Fact]
    public void A_host_that_names_a_longer_wait_is_given_it_up_to_a_day()
    {
        Assert.Equal(TimeSpan.FromMinutes(10), RetryPolicy.Next(FailureClass.Transient, 1, TimeSpan.FromMinutes(10), 0));
        Assert.Equal(TimeSpan.FromSeconds(24), RetryPolicy.Next(FailureClass.Transient, 1, TimeSpan.FromSeconds(5), 0));
        Assert.Equal(TimeSpan.FromDays(1), RetryPolicy.Next(FailureClass.Transient, 1, TimeSpan.FromDays(30), 0));
    }

    [Theory]
    [InlineData(FailureClass.Ours, 2, true)]
    [InlineData(FailureClass.Ours, 3, false)]
    [InlineData(FailureClass.Blocked, 4, true)]
    [InlineData(FailureClass.Blocked, 5, false)]
    [InlineData(FailureClass.Gone, 1, false)]
    [InlineData(FailureClass.Unsupported, 1, false)]
    [InlineData(FailureClass.Broken, 1, false)]
    public void What_trying_again_does_not_cure_waits_for_a_person(FailureClass failureClass, int attempts, bool again) =>
        Assert.Equal(again, RetryPolicy.Next(failureClass, attempts, null, 0.5) is not null);

    [Fact]
    public void A_refusal_opens_a_circuit_at_once_and_failures_from_the_third_on_each_time_for_longer()
    {
        Assert.Equal([15, 30, 60, 360], new[] { 1, 2, 3, 9 }.Select(failures => HostCircuits.OpenFor(FailureClass.Blocked, failures, null)?.TotalMinutes));
        Assert.Equal([null, null, 1, 2, 60], new[] { 1, 2, 3, 4, 12 }.Select(failures => HostCircuits.OpenFor(FailureClass.Transient, failures, null)?.TotalMinutes));
        Assert.Equal(TimeSpan.FromMinutes(7), HostCircuits.OpenFor(FailureClass.Transient, 1, TimeSpan.FromMinutes(7)));
    }
}

using System.Net;
using DrChaffee.Web.Features.Account;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Account;

public sealed class SignInThrottleTests
{
    private static readonly IPAddress Guesser = IPAddress.Parse("192.0.2.1");
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void After_five_failures_an_address_must_wait_longer_and_longer()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < 5; i++) Assert.True(throttle.TryBegin(Guesser, out _));

        Assert.False(throttle.TryBegin(Guesser, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(15), wait);
        _time.Advance(wait);
        Assert.True(throttle.TryBegin(Guesser, out _));
        Assert.False(throttle.TryBegin(Guesser, out wait));
        Assert.Equal(TimeSpan.FromSeconds(30), wait);
    }

    [Fact]
    public void Others_need_not_wait()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < 6; i++) throttle.TryBegin(Guesser, out _);

        Assert.True(throttle.TryBegin(IPAddress.Parse("192.0.2.2"), out _));
    }

    [Fact]
    public void One_network_of_ipv6_is_one_address()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 1; i < 6; i++) throttle.TryBegin(IPAddress.Parse($"2001:db8::{i}"), out _);

        Assert.False(throttle.TryBegin(IPAddress.Parse("2001:db8::9"), out _));
    }

    [Fact]
    public void Success_and_a_quarter_of_an_hour_forgive()
    {
        var throttle = new SignInThrottle(_time);
        for (var i = 0; i < 5; i++) throttle.TryBegin(Guesser, out _);
        throttle.Succeeded(Guesser);
        for (var i = 0; i < 5; i++) Assert.True(throttle.TryBegin(Guesser, out _));

        _time.Advance(TimeSpan.FromMinutes(16));
        for (var i = 0; i < 5; i++) Assert.True(throttle.TryBegin(Guesser, out _));
    }

    [Theory]
    [InlineData("/library?q=a", "/library?q=a")]
    [InlineData("//evil.example", "/admin")]
    [InlineData("/\\evil.example", "/admin")]
    [InlineData("https://evil.example", "/admin")]
    [InlineData("/\t/evil.example", "/admin")]
    [InlineData(null, "/admin")]
    public void Signing_in_never_leads_to_another_site(string? path, string to) => Assert.Equal(to, ReturnPath.OrDashboard(path));
}

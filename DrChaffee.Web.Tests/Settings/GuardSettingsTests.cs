using DrChaffee.Domain.Settings;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Web.Tests.Settings;

public sealed class GuardSettingsTests
{
    [Fact]
    public void Addresses_networks_and_origins_are_read_with_commas_or_blanks_between_them()
    {
        var guard = Read(("TRUSTED_PROXIES", "10.0.0.0/8,192.168.1.5 fd00::/8, ::1"), ("ALLOWED_ORIGINS", "https://a.example/, http://b.example:8080"));

        Assert.Equal(["10.0.0.0/8", "192.168.1.5/32", "fd00::/8", "::1/128"], guard.TrustedProxies.Select(network => network.ToString()));
        Assert.Equal(["https://a.example", "http://b.example:8080"], guard.AllowedOrigins);
    }

    [Theory]
    [InlineData("TRUSTED_PROXIES", "everybody")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.1/33")]
    [InlineData("TRUSTED_PROXIES", "10")]
    [InlineData("ALLOWED_ORIGINS", "example.org")]
    [InlineData("ALLOWED_ORIGINS", "https://example.org/page")]
    [InlineData("ALLOWED_ORIGINS", "*")]
    [InlineData("RATE_LIMIT_SEARCH", "-1")]
    [InlineData("RATE_LIMIT_SUGGESTIONS", "many")]
    [InlineData("RATE_LIMIT_ANSWERS", "1.5")]
    [InlineData("RATE_LIMIT_SIGN_IN", "1e9")]
    [InlineData("RATE_LIMIT_ADMIN", "10000000")]
    [InlineData("MAX_CONNECTIONS", "1")]
    [InlineData("CIRCUITS_KEPT", "none")]
    [InlineData("CIRCUIT_RETENTION_SECONDS", "0")]
    [InlineData("TOOL_MEMORY_MB", "2 GB")]
    public void What_cannot_be_read_is_a_fault(string name, string value)
    {
        var exception = Assert.Throws<SettingsException>(() => Read((name, value)));

        Assert.StartsWith(name, Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Nought_switches_a_limit_off()
    {
        var guard = Read(("RATE_LIMIT_SEARCH", "0"), ("TOOL_MEMORY_MB", "0"));

        Assert.Equal((0, null), (guard.SearchesPerMinute, guard.ToolMemory));
    }

    private static GuardSettings Read(params (string Name, string? Value)[] variables) =>
        ChaffeeSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(variables.ToDictionary(v => v.Name, v => v.Value)).Build()).Guard;
}

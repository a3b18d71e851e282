using DrChaffee.Domain.Settings;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Web.Tests.Settings;

public sealed class TelemetrySettingsTests
{
    [Fact]
    public void Unless_it_is_told_otherwise_nothing_is_sent_and_lines_are_text()
    {
        Assert.Equal(new TelemetrySettings { ServiceName = "drchaffee" }, Read().Telemetry);
    }

    [Fact]
    public void A_collector_a_name_a_token_and_the_form_of_the_log_are_read()
    {
        var telemetry = Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"), ("OTEL_SERVICE_NAME", "talks"), ("METRICS_TOKEN", "0123456789abcdef"), ("LOG_FORMAT", "JSON")).Telemetry;

        Assert.Equal(new TelemetrySettings { Collector = new Uri("http://collector:4318"), ServiceName = "talks", MetricsToken = "0123456789abcdef", JsonLog = true }, telemetry);
    }

    [Theory]
    [InlineData("METRICS_TOKEN", "short")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("LOG_FORMAT", "xml")]
    public void What_cannot_be_read_is_a_fault(string name, string value)
    {
        var exception = Assert.Throws<SettingsException>(() => Read((name, value)));

        Assert.StartsWith(name, Assert.Single(exception.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_collector_is_sent_to_know_this_program_is_a_secret()
    {
        var redactor = new SecretRedactor(Read(("OTEL_EXPORTER_OTLP_HEADERS", "x-honeycomb-team=hcaik%2001abcdef,dataset=of-the-talks")));

        Assert.Equal("*** and ***", redactor.Clean("hcaik 01abcdef and of-the-talks"));
    }

    private static ChaffeeSettings Read(params (string Name, string? Value)[] variables) =>
        ChaffeeSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(variables.ToDictionary(v => v.Name, v => v.Value)).Build());
}

namespace DrChaffee.Domain.Settings;

/// <summary>What this program tells those who watch it, and how.</summary>
public sealed record TelemetrySettings
{
    private const int ShortestToken = 16;

    /// <summary>Whoever sends it may read <c>/metrics</c>; null: only programs on this machine may.</summary>
    public string? MetricsToken { get; init; }

    /// <summary>The collector that traces and metrics are sent to; null: nothing is sent, and no trace is made.</summary>
    public Uri? Collector { get; init; }

    /// <summary>What the collector knows this program as.</summary>
    public string ServiceName { get; init; } = "drchaffee";

    /// <summary>True where each line of the log is a JSON object.</summary>
    public bool JsonLog { get; init; }

    internal static TelemetrySettings Read(EnvironmentReader environment)
    {
        var token = environment.Text("METRICS_TOKEN");
        if (token is { Length: < ShortestToken }) environment.Fault($"METRICS_TOKEN is shorter than {ShortestToken} characters; choose a longer one.");
        environment.Choice("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "grpc", "http/protobuf"); // the exporter reads it itself, and would pass over another value
        environment.Know("OTEL_EXPORTER_OTLP_HEADERS");
        return new TelemetrySettings
        {
            MetricsToken = token,
            Collector = environment.Text("OTEL_EXPORTER_OTLP_ENDPOINT") is null ? null : environment.Address("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317"),
            ServiceName = environment.Text("OTEL_SERVICE_NAME") ?? "drchaffee",
            JsonLog = environment.Choice("LOG_FORMAT", "text", "text", "json") == "json",
        };
    }
}

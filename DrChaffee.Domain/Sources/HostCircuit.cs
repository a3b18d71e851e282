namespace DrChaffee.Domain.Sources;

/// <summary>What became of the last requests to a host: one that refuses is left alone for a while, by every process.</summary>
public sealed class HostCircuit
{
    /// <summary>In lower case, without a port.</summary>
    public required string Host { get; init; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; set; }

    /// <summary>Until then nothing is asked of the host; null: it is asked as usual.</summary>
    public DateTimeOffset? OpenUntil { get; set; }
    public string? Reason { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The first failure since it last answered.</summary>
    public DateTimeOffset Since { get; init; }
}

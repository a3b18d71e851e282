namespace DrChaffee.Domain.Sources;

/// <summary>What kind of failure stopped a source, which decides whether and when it is tried again.</summary>
public enum FailureClass
{
    /// <summary>Network trouble, too many requests, a server's fault: tried again by itself.</summary>
    Transient,

    /// <summary>The host refuses this machine: nothing from that host is tried for a while.</summary>
    Blocked,

    /// <summary>Private, removed or for members only.</summary>
    Gone,
    Unsupported,

    /// <summary>The media or transcript cannot be read.</summary>
    Broken,

    /// <summary>A fault of this program.</summary>
    Ours,
}

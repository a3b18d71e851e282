namespace DrChaffee.Domain.Audit;

/// <summary>Who does something, and from which address.</summary>
public sealed record Actor(string? Name, string? Address)
{
    /// <summary>Whoever runs a command on the machine itself.</summary>
    public static readonly Actor CommandLine = new("command line", Address: null);
}

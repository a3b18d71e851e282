namespace DrChaffee.Domain.Settings;

/// <summary>The environment asks for something that does not exist. Lists every fault, so that one start finds them all.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>A sentence for each fault: the variable, what is wrong with it, what it may be.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}

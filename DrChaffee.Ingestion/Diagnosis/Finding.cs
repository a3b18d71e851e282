namespace DrChaffee.Ingestion.Diagnosis;

/// <summary>What one check found.</summary>
/// <param name="Message">What is there, or what is missing and what to do about it, in a sentence.</param>
public sealed record Finding(string Name, FindingState State, string Message);

/// <summary>How bad a finding is.</summary>
public enum FindingState
{
    Ok,

    /// <summary>Nothing is wrong; something that may be wanted is not there.</summary>
    Info,
    Failed,
}

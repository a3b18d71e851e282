using DrChaffee.Domain.Sources;

namespace DrChaffee.Domain.Search.Lab;

/// <summary>A passage as the lab shows it; times in seconds from the recording's start.</summary>
public sealed record LabPassage(string SourceKey, string Title, string? Speaker, double Start, double End, string Text)
{
    public string WatchUrl => SourceLinks.Watch(SourceKey, TimeSpan.FromSeconds(Start));
}

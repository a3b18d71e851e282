namespace DrChaffee.Web.Features.Lab;

/// <summary>What the lab looks at.</summary>
public enum LabView
{
    Legs,
    Moves,
    Judgments,
}

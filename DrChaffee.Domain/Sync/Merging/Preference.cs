namespace DrChaffee.Domain.Sync.Merging;

/// <summary>Whose word counts where both sides changed the same.</summary>
public enum Preference
{
    /// <summary>Nobody decided: the target's stays, and the conflict is listed.</summary>
    None,

    /// <summary>The side that is read.</summary>
    From,

    /// <summary>The side that is written.</summary>
    To,
}

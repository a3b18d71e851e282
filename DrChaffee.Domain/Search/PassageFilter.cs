namespace DrChaffee.Domain.Search;

/// <summary>A <see cref="SourceFilter"/> as row numbers; null allows everything.</summary>
internal sealed record PassageFilter(IReadOnlySet<long>? Sources, IReadOnlySet<long>? Speakers)
{
    public static readonly PassageFilter None = new(null, null);

    /// <summary>True where no passage can pass: a name that the library does not know.</summary>
    public bool AllowsNothing => Sources is { Count: 0 } || Speakers is { Count: 0 };

    public bool Allows(long sourceId, long speakerId) => Sources?.Contains(sourceId) != false && Speakers?.Contains(speakerId) != false;
}

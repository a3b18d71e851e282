using DrChaffee.Domain.Search.Index;

namespace DrChaffee.Domain.Search;

/// <summary>A <see cref="SourceFilter"/> as row numbers, with the passages that a query's phrases and exclusions leave; null allows everything.</summary>
internal sealed record PassageFilter(IReadOnlySet<long>? Sources, IReadOnlySet<long>? Speakers)
{
    public static readonly PassageFilter None = new(null, null);

    /// <summary>The passages that hold every phrase.</summary>
    public IReadOnlySet<long>? Passages { get; init; }

    /// <summary>The passages that hold an excluded word or phrase; null excludes none.</summary>
    public IReadOnlySet<long>? Excluded { get; init; }

    /// <summary>True where no passage can pass: a name that the library does not know.</summary>
    public bool AllowsNothing => Sources is { Count: 0 } || Speakers is { Count: 0 } || Passages is { Count: 0 };

    public bool Allows(long passageId, long sourceId, long speakerId) =>
        Sources?.Contains(sourceId) != false && Speakers?.Contains(speakerId) != false && Passages?.Contains(passageId) != false && Excluded?.Contains(passageId) != true;

    public bool Allows(in PassagePlace place) => Allows(place.PassageId, place.SourceId, place.SpeakerId);

    /// <summary>Lets pass what both let pass, by recording and speaker.</summary>
    public PassageFilter And(PassageFilter other) => this with { Sources = Both(Sources, other.Sources), Speakers = Both(Speakers, other.Speakers) };

    private static IReadOnlySet<long>? Both(IReadOnlySet<long>? one, IReadOnlySet<long>? other) =>
        one is null ? other : other is null ? one : one.Intersect(other).ToHashSet();
}

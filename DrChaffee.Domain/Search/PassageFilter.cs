using DrChaffee.Domain.Search.Index;

namespace DrChaffee.Domain.Search;

/// <summary>A <see cref="SourceFilter"/> as row numbers, with what a query's phrases and exclusions leave; null allows everything.</summary>
internal sealed record PassageFilter(IReadOnlySet<long>? Sources, IReadOnlySet<long>? Speakers)
{
    public static readonly PassageFilter None = new(null, null);

    /// <summary>The passages that hold every phrase.</summary>
    public IReadOnlySet<long>? Passages { get; init; }

    /// <summary>Passages that hold a phrase which none may hold, as far as they are known.</summary>
    public IReadOnlySet<long>? ExcludedPassages { get; init; }

    /// <summary>Words, as they are stored, that no passage may hold.</summary>
    public IReadOnlyList<string> ExcludedLexemes { get; init; } = [];

    /// <summary>True where no passage can pass: a name that the library does not know.</summary>
    public bool AllowsNothing => Sources is { Count: 0 } || Speakers is { Count: 0 } || Passages is { Count: 0 };

    /// <summary>Whether a passage passes by where it stands; its words are looked at elsewhere.</summary>
    public bool Allows(in PassagePlace place) =>
        Sources?.Contains(place.SourceId) != false && Speakers?.Contains(place.SpeakerId) != false && Passages?.Contains(place.PassageId) != false && ExcludedPassages?.Contains(place.PassageId) != true;

    /// <summary>Lets pass what both let pass, by recording and speaker.</summary>
    public PassageFilter And(PassageFilter other) => this with { Sources = Both(Sources, other.Sources), Speakers = Both(Speakers, other.Speakers) };

    private static IReadOnlySet<long>? Both(IReadOnlySet<long>? one, IReadOnlySet<long>? other) =>
        one is null ? other : other is null ? one : one.Intersect(other).ToHashSet();
}

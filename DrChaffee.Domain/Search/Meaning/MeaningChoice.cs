using DrChaffee.Domain.Search.Index;

namespace DrChaffee.Domain.Search.Meaning;

/// <summary>Which passages a question is compared with exactly, in the database, and about how near the others are.</summary>
/// <param name="Cosines">Of all passages that have a sketch.</param>
internal sealed record MeaningChoice(IReadOnlyList<ScoredPassage> Nearest, Dictionary<long, float> Cosines, long[] Exactly)
{
    private const int MostExactly = 32;

    /// <param name="nearest">As near as their sketches tell.</param>
    /// <param name="others">Passages that the other leg found, to be compared too.</param>
    public static MeaningChoice Make(LibraryIndex index, EmbeddedQuestion question, IReadOnlyList<ScoredPassage> nearest, IReadOnlyList<ScoredPassage> others)
    {
        var cosines = nearest.ToDictionary(passage => passage.PassageId, passage => passage.Score);
        ScoredPassage[] more = [.. others.Where(passage => !cosines.ContainsKey(passage.PassageId))];
        List<long> unsketched = [];
        foreach (var (passage, cosine) in more.Zip(index.Cosines(question.Model.Id, question.Components, more)))
        {
            if (cosine is { } known) cosines[passage.PassageId] = known;
            else unsketched.Add(passage.PassageId);
        }

        return new MeaningChoice(nearest, cosines, [.. cosines.OrderByDescending(cosine => cosine.Value).Take(MostExactly).Select(cosine => cosine.Key), .. unsketched]);
    }
}

namespace DrChaffee.Domain.Search.Lab;

/// <summary>One query through each leg.</summary>
/// <param name="TookMs">The search as a visitor would wait for it.</param>
/// <param name="Found">Candidates of both legs together.</param>
/// <param name="Results">What is left of them after folding.</param>
/// <param name="Candidates">Those among the first of either leg or of the results, in the order of the final score.</param>
public sealed record LabAnswer(
    string Query,
    SearchTuning Tuning,
    double TookMs,
    IReadOnlyList<LegReport> Legs,
    int Found,
    int Results,
    QueryTrace? ReadAs,
    string? MeaningSql,
    IReadOnlyList<LabCandidate> Candidates);

/// <summary>A passage with all that its place was made of.</summary>
/// <param name="Grade">As it was judged for this query; null where it was not.</param>
public sealed record LabCandidate(LabPassage Passage, IReadOnlyList<int[]> Highlights, CandidateTrace Scores, int? Grade);

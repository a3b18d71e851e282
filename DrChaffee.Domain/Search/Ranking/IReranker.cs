namespace DrChaffee.Domain.Search.Ranking;

/// <summary>Reads the question and a passage together, as no leg does: surer, and far too slow for more than the best few.</summary>
public interface IReranker
{
    /// <summary>False where no such model is set.</summary>
    bool IsSet { get; }

    /// <summary>How well each passage answers, more being better, in the order of the passages. Null where it failed: the order stays.</summary>
    Task<IReadOnlyList<float>?> ScoreAsync(string question, IReadOnlyList<string> passages, CancellationToken cancellationToken);
}

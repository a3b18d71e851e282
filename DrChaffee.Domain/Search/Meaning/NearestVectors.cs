using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Search.Index;
using Npgsql;

namespace DrChaffee.Domain.Search.Meaning;

/// <summary>Nearest vectors by the database alone: the model's HNSW index, the filter in SQL. What searches by meaning while this process has no sketches.</summary>
internal sealed class NearestVectors(LibraryReader library)
{
    private const int MostNamed = 5_000;

    public async Task<IReadOnlyList<ScoredPassage>> FindAsync(EmbeddedQuestion question, PassageFilter filter, int take, CancellationToken cancellationToken)
    {
        await using var command = library.CreateCommand(Statement(question.Model, filter, take));
        Bind(command, question, filter);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<ScoredPassage> nearest = [];
        while (await reader.ReadAsync(cancellationToken)) nearest.Add(new ScoredPassage(reader.GetInt64(0), reader.GetInt64(1), (float)reader.GetDouble(2), (float)reader.GetDouble(3)));
        return [.. nearest.OrderByDescending(passage => passage.Score)]; // the iterative scan gives them in almost the right order
    }

    public static void Bind(NpgsqlCommand command, EmbeddedQuestion question, PassageFilter filter)
    {
        command.Parameters.AddWithValue(question.Vector);
        foreach (var ids in (ReadOnlySpan<IEnumerable<long>?>)[filter.Sources, filter.Speakers, filter.Passages?.Take(MostNamed)])
            command.Parameters.Add(RowNumbers.Parameter(ids ?? []));
        command.Parameters.AddWithValue(filter.ExcludedLexemes.ToArray());
    }

    /// <summary>
    /// The dimension and the model stand in the text, so that the model's own partial index serves the ordering; so does the limit, for a plan made for any limit may scan the table.
    /// </summary>
    public static string Statement(ActiveModel model, PassageFilter filter, int take)
    {
        var distance = $"e.embedding::halfvec({model.Dimensions}) <=> $1";
        var filtered = filter.Sources is not null || filter.Speakers is not null || filter.ExcludedLexemes.Count > 0;
        return $"""
            SELECT p.id, p.source_id, p.start_sec, 1 - n.distance FROM (
                SELECT e.passage_id, {distance} AS distance FROM passage_embeddings e {(filtered ? "JOIN passages f ON f.id = e.passage_id" : "")}
                WHERE e.model_id = {model.Id}{(filter.Sources is null ? "" : " AND f.source_id = ANY($2)")}{(filter.Speakers is null ? "" : " AND f.speaker_id = ANY($3)")}{(filter.Passages is null ? "" : " AND e.passage_id = ANY($4)")}{(filter.ExcludedLexemes.Count == 0 ? "" : " AND NOT tsvector_to_array(f.words) && $5")}
                ORDER BY {distance} LIMIT {take}) n JOIN passages p ON p.id = n.passage_id
            """;
    }
}

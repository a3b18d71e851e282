using DrChaffee.Domain.Search.Meaning;
using DrChaffee.Domain.Search.Ranking;
using DrChaffee.Domain.Search.Words;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Domain.Search;

/// <summary>Joins what the legs found: each candidate gets both scores, whichever leg brought it, and its place in the recording.</summary>
internal sealed class CandidateReader(WordsLeg words, NpgsqlDataSource dataSource)
{
    public async Task<IReadOnlyList<Candidate>> JoinAsync(QueryWords query, LegResult byWords, LegResult byMeaning, CancellationToken cancellationToken)
    {
        ScoredPassage[] all = [.. byWords.Candidates.Concat(byMeaning.Candidates).DistinctBy(c => c.PassageId)];
        if (all.Length == 0) return [];
        var places = await PlacesAsync([.. all.Select(c => c.PassageId)], byMeaning.Question, cancellationToken);
        ScoredPassage[] found = [.. all.Where(c => places.ContainsKey(c.PassageId)).Select(c => c with { SourceId = places[c.PassageId].Source })];
        var bm25 = words.Score(query, found);
        return [.. found.Select((c, i) => new Candidate(c.PassageId, c.SourceId, places[c.PassageId].Start, bm25[i], places[c.PassageId].Cosine))];
    }

    private async Task<Dictionary<long, (long Source, double Start, float? Cosine)>> PlacesAsync(long[] passages, EmbeddedQuestion? question, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(question is { Model: var model }
            ? $"""
               SELECT p.id, p.source_id, p.start_sec, 1 - (e.embedding::halfvec({model.Dimensions}) <=> $2)
               FROM passages p LEFT JOIN passage_embeddings e ON e.passage_id = p.id AND e.model_id = {model.Id} WHERE p.id = ANY($1)
               """
            : "SELECT id, source_id, start_sec, NULL FROM passages WHERE id = ANY($1)");
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = passages, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        if (question is not null) command.Parameters.AddWithValue(question.Vector);

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Dictionary<long, (long Source, double Start, float? Cosine)> places = new(passages.Length);
        while (await reader.ReadAsync(cancellationToken)) places[reader.GetInt64(0)] = (reader.GetInt64(1), reader.GetDouble(2), reader.IsDBNull(3) ? null : (float)reader.GetDouble(3));
        return places;
    }
}

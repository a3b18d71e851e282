using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Domain.Search.Meaning;

/// <summary>The statement of the meaning leg: what a search runs and what the lab explains are the same text.</summary>
internal static class MeaningStatement
{
    /// <summary>Passages that a phrase may name; more would cost more than they bring.</summary>
    private const int MostNamed = 5_000;

    /// <summary>
    /// The dimension and the model stand in the text, so that the model's own partial index serves the ordering; so does the limit, for a plan made for any limit may scan the table.
    /// </summary>
    public static string Text(ActiveModel model, PassageFilter filter, int take)
    {
        var distance = $"e.embedding::halfvec({model.Dimensions}) <=> $1";
        var joined = filter.Sources is not null || filter.Speakers is not null;
        string?[] lines =
        [
            $"SELECT e.passage_id, 1 - ({distance}) FROM passage_embeddings e{(joined ? " JOIN passages p ON p.id = e.passage_id" : "")}",
            $"WHERE e.model_id = {model.Id}",
            filter.Sources is null ? null : "AND p.source_id = ANY($2)",
            filter.Speakers is null ? null : "AND p.speaker_id = ANY($3)",
            filter.Passages is null ? null : "AND e.passage_id = ANY($4)",
            $"ORDER BY {distance} LIMIT {take + (filter.Excluded is null ? 0 : take)}",
        ];
        return string.Join('\n', lines.OfType<string>());
    }

    public static void Bind(NpgsqlCommand command, EmbeddedQuestion question, PassageFilter filter)
    {
        command.Parameters.AddWithValue(question.Vector);
        foreach (var ids in (ReadOnlySpan<IEnumerable<long>?>)[filter.Sources, filter.Speakers, filter.Passages?.Take(MostNamed)])
            command.Parameters.Add(new NpgsqlParameter { Value = ids?.ToArray() ?? [], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
    }
}

using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;
using Npgsql;

namespace DrChaffee.Domain.Search.Meaning;

/// <summary>Compares a question with the stored vectors of given passages, exactly.</summary>
internal sealed class VectorScores(LibraryReader library)
{
    /// <summary>The cosine of each; a passage without a vector is absent.</summary>
    public async Task<IReadOnlyDictionary<long, float>> ReadAsync(EmbeddedQuestion question, IReadOnlyCollection<long> passages, CancellationToken cancellationToken)
    {
        Dictionary<long, float> cosines = new(passages.Count);
        if (passages.Count == 0) return cosines;
        await using var command = library.CreateCommand(Statement(question.Model));
        Bind(command, question, passages);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) cosines[reader.GetInt64(0)] = reader.GetFloat(1);
        return cosines;
    }

    public static string Statement(ActiveModel model) =>
        $"SELECT passage_id, (1 - (embedding::halfvec({model.Dimensions}) <=> $2))::real FROM passage_embeddings WHERE passage_id = ANY($1) AND model_id = {model.Id}";

    public static void Bind(NpgsqlCommand command, EmbeddedQuestion question, IReadOnlyCollection<long> passages)
    {
        command.Parameters.Add(RowNumbers.Parameter(passages));
        command.Parameters.AddWithValue(question.Vector);
    }
}

using DrChaffee.Domain.Sync.Origins;
using Npgsql;

namespace DrChaffee.Domain.Sync.Targets;

/// <summary>
/// Whether vectors travel. They do where both libraries use one model, where the target has none yet, and where the origin's is a later one of the same engine,
/// which then takes over. A model of another engine was an admin's choice: the target embeds with its own.
/// </summary>
/// <param name="Id">The target's number of the model; null where no vectors travel.</param>
/// <param name="Note">What a person should know, in a sentence.</param>
internal sealed record VectorModel(int? Id, string? Name, bool TakesOver, string? Note)
{
    public bool Travels => Name is not null;

    public static async Task<VectorModel> ChooseAsync(NpgsqlConnection target, OriginModel? model, CancellationToken cancellationToken)
    {
        if (model is null) return new VectorModel(null, null, false, null);
        await using var command = new NpgsqlCommand("""
            SELECT m.id, m.engine, m.name, EXISTS (SELECT FROM passage_embeddings e WHERE e.model_id = m.id) FROM embedding_models m WHERE m.active
            """, target);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return new VectorModel(null, model.Name, true, null);
        var (id, engine, name, used) = (reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3));
        if (engine == model.Engine && name == model.Name) return new VectorModel(id, name, false, null);
        if (!used || engine == model.Engine) return new VectorModel(null, model.Name, true, null);
        return new VectorModel(null, null, false, $"Vectors stay: here {name} embeds passages, there {model.Name}; this library embeds what is new with its own.");
    }

    /// <summary>Makes the model known to the target. It becomes the active one at the end, when its vectors are there.</summary>
    public async Task<VectorModel> EnsureAsync(NpgsqlConnection target, OriginModel model, CancellationToken cancellationToken)
    {
        if (!TakesOver) return this;
        await using var command = new NpgsqlCommand("""
            INSERT INTO embedding_models (engine, name, dimensions, active, learned_from, library_words, failures) VALUES ($1, $2, $3, FALSE, $4, $5, 0)
            ON CONFLICT (engine, name) DO UPDATE SET learned_from = excluded.learned_from, library_words = excluded.library_words RETURNING id
            """, target);
        command.Parameters.AddWithValue(model.Engine);
        command.Parameters.AddWithValue(model.Name);
        command.Parameters.AddWithValue(model.Dimensions);
        command.Parameters.AddWithValue(model.LearnedFrom);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)model.LibraryWords ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea });
        return this with { Id = (int)(await command.ExecuteScalarAsync(cancellationToken))! };
    }

    /// <summary>It takes over where every passage of the target has its vector; otherwise it is the wanted one, and the target's server embeds the rest.</summary>
    public async Task TakeOverAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        if (!TakesOver || Id is not { } id) return;
        await using var command = new NpgsqlCommand($"""
            SELECT NOT EXISTS (SELECT FROM embedding_models WHERE active)
                OR NOT EXISTS (SELECT FROM passages p WHERE NOT EXISTS (SELECT FROM passage_embeddings e WHERE e.passage_id = p.id AND e.model_id = {id}))
            """, target) { CommandTimeout = 0 };
        var whole = await command.ExecuteScalarAsync(cancellationToken) is true;
        await using var change = new NpgsqlCommand(
            whole
                ? $"UPDATE embedding_models SET active = FALSE WHERE active AND id <> {id}; UPDATE embedding_models SET wanted = FALSE WHERE wanted; UPDATE embedding_models SET active = TRUE, activated_at = now() WHERE id = {id}"
                : $"UPDATE embedding_models SET wanted = TRUE WHERE id = {id} AND NOT EXISTS (SELECT FROM embedding_models WHERE wanted)",
            target);
        await change.ExecuteNonQueryAsync(cancellationToken);
    }
}

using DrChaffee.Domain.Sync.Merging;
using DrChaffee.Domain.Sync.Origins;
using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Domain.Sync.Targets;

/// <summary>The library that is written, batch by batch: each is one short transaction that also moves on what is remembered, so a sync that dies goes on from there.</summary>
internal sealed class SyncTarget : IAsyncDisposable
{
    private const int Tries = 4;

    private readonly NpgsqlConnection _connection;
    private readonly ISyncUpkeep _upkeep;
    private readonly Action _step;

    private SyncTarget(NpgsqlConnection connection, Guid origin, ISyncUpkeep upkeep, Action step) => (_connection, Origin, _upkeep, _step) = (connection, origin, upkeep, step);

    /// <summary>The other library.</summary>
    public Guid Origin { get; }

    /// <summary>Up to which of the origin's changes it has been taken.</summary>
    public long Position { get; private set; }
    public VectorModel Model { get; private set; } = new(null, null, false, null);

    /// <param name="step">Called before each statement that writes.</param>
    public static async Task<SyncTarget> OpenAsync(LibraryEnd end, ISyncOrigin origin, bool dryRun, ISyncUpkeep upkeep, Action step, CancellationToken cancellationToken)
    {
        var target = new SyncTarget(await end.ConnectAsync(cancellationToken), origin.Library, upkeep, step);
        try
        {
            if (!dryRun) await SyncGate.TakeTurnAsync(target._connection, end.Name, cancellationToken);
            await target.PrepareAsync(origin, dryRun, cancellationToken);
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    /// <summary>Keys whose conflicts are open or decided: they are looked at again each time.</summary>
    public async Task<IReadOnlyList<string>> ConflictedAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT DISTINCT source_key FROM sync_conflicts WHERE library = $1", _connection);
        command.Parameters.AddWithValue(Origin);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string> keys = [];
        while (await reader.ReadAsync(cancellationToken)) keys.Add(reader.GetString(0));
        return keys;
    }

    /// <summary>What would be done.</summary>
    public async Task<IReadOnlyList<SourcePlan>> PlanAsync(OriginBatch batch, Preference prefer, CancellationToken cancellationToken)
    {
        var here = await HashQuery.ReadAsync(_connection, batch.Keys, Model.Id, cancellationToken);
        var (bases, decisions) = (await BasesAsync(batch, cancellationToken), await DecisionBook.ReadAsync(_connection, Origin, batch.Keys, prefer, cancellationToken));
        return [.. batch.Keys.Select(key => SourceMerge.Of(
            key, batch.Sources.GetValueOrDefault(key), here.GetValueOrDefault(key), bases.TryGetValue(key, out var known) ? MergeBase.From(known.Hashes) : MergeBase.Nothing, decisions(key), Model.Travels))];
    }

    /// <summary>Does it. A deadlock with somebody who edits the same recordings is tried again.</summary>
    public async Task<IReadOnlyList<SourcePlan>> ApplyAsync(ISyncOrigin origin, OriginBatch batch, Preference prefer, CancellationToken cancellationToken)
    {
        for (var left = Tries - 1; ; left--)
        {
            try
            {
                return await ApplyOnceAsync(origin, batch, prefer, cancellationToken);
            }
            catch (PostgresException ex) when (left > 0 && ex.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            {
                // The transaction is rolled back, and the staging tables are empty again.
            }
        }
    }

    /// <summary>All of the origin's changes have been taken.</summary>
    public async Task FinishAsync(long version, CancellationToken cancellationToken)
    {
        await Model.TakeOverAsync(_connection, cancellationToken);
        await RememberPositionAsync(version, cancellationToken);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task PrepareAsync(ISyncOrigin origin, bool dryRun, CancellationToken cancellationToken)
    {
        Model = await VectorModel.ChooseAsync(_connection, origin.Model, cancellationToken);
        var (position, model) = await RememberedAsync(cancellationToken);
        Position = position > origin.Version || (Model.Travels && model != Model.Name) ? 0 : position; // an origin restored from a backup, or vectors of another model: everything is looked at
        if (dryRun) return;
        await RunAsync(StagingSql.Create, cancellationToken);
        if (Model.TakesOver) Model = await Model.EnsureAsync(_connection, origin.Model!, cancellationToken);
        await RememberPositionAsync(Position, cancellationToken);
    }

    private async Task<IReadOnlyList<SourcePlan>> ApplyOnceAsync(ISyncOrigin origin, OriginBatch batch, Preference prefer, CancellationToken cancellationToken)
    {
        await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);
        await RunAsync("SELECT set_config('drchaffee.raises_versions', 'on', true)", cancellationToken);
        await RunAsync("SELECT FROM sources WHERE key = ANY($1) ORDER BY key FOR NO KEY UPDATE", cancellationToken, HashQuery.Keys(batch.Keys));
        var plans = await PlanAsync(batch, prefer, cancellationToken);
        if (plans.Any(plan => plan.Writes || plan.Conflicts > 0)) await WriteAsync(origin, batch, plans, cancellationToken);
        else await RunAsync(ConflictSql.Forget, cancellationToken, Library, HashQuery.Keys(batch.Keys));
        await RememberBasesAsync(batch, plans, cancellationToken);
        await RememberPositionAsync(Math.Max(Position, batch.Position), cancellationToken);
        _step();
        await transaction.CommitAsync(cancellationToken);
        _step();
        Position = Math.Max(Position, batch.Position);
        return plans;
    }

    private async Task WriteAsync(ISyncOrigin origin, OriginBatch batch, IReadOnlyList<SourcePlan> plans, CancellationToken cancellationToken)
    {
        _step();
        await PlanCopy.WriteAsync(_connection, plans, cancellationToken);
        await origin.StageAsync(batch, plans, _connection, cancellationToken);
        await RunAsync(ConflictSql.Forget, cancellationToken, Library, HashQuery.Keys(batch.Keys));
        if (plans.Any(plan => plan.Conflicts > 0)) // before anything changes: what each side says
            foreach (var sql in ConflictSql.Write) await RunAsync(sql, cancellationToken, Library);
        foreach (var sql in StagingSql.Apply) await RunAsync(sql, cancellationToken);
        if (Model.Id is { } model) await RunAsync(StagingSql.Vectors, cancellationToken, new NpgsqlParameter { Value = model });
        foreach (var plan in plans.Where(plan => plan.Recuts)) await _upkeep.RecutAsync(_connection, plan.To!.Id, cancellationToken);
        await RunAsync(StagingSql.ForgetSpeakers, cancellationToken);
    }

    /// <summary>Of what each side remembers the later counts: the side that was written last knows it.</summary>
    private async Task<Dictionary<string, RememberedBase>> BasesAsync(OriginBatch batch, CancellationToken cancellationToken)
    {
        var bases = await BaseQuery.ReadAsync(_connection, Origin, batch.Keys, cancellationToken);
        foreach (var (key, there) in batch.Bases)
            if (!bases.TryGetValue(key, out var here) || here.Round < there.Round) bases[key] = there;
        return bases;
    }

    private async Task RememberBasesAsync(OriginBatch batch, IReadOnlyList<SourcePlan> plans, CancellationToken cancellationToken)
    {
        var bases = await BasesAsync(batch, cancellationToken);
        var changed = plans.Select(plan => (plan.Key, Before: bases.GetValueOrDefault(plan.Key), Hashes: plan.Base.ToBytes()))
            .Where(next => next.Before is null ? next.Hashes.Length > 0 : !next.Before.Hashes.AsSpan().SequenceEqual(next.Hashes)).ToList();
        if (changed.Count == 0) return;
        await RunAsync("""
            INSERT INTO sync_bases (library, source_key, round, hashes) SELECT $1, n.key, n.round, n.hashes FROM unnest($2, $3, $4) AS n(key, round, hashes)
            ON CONFLICT (library, source_key) DO UPDATE SET round = excluded.round, hashes = excluded.hashes
            """, cancellationToken, Library, HashQuery.Keys(changed.Select(next => next.Key)),
            new NpgsqlParameter<long[]> { TypedValue = [.. changed.Select(next => 1 + (next.Before?.Round ?? 0))], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
            new NpgsqlParameter<byte[][]> { TypedValue = [.. changed.Select(next => next.Hashes)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
    }

    private async Task<(long Position, string? Model)> RememberedAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT position, model FROM sync_peers WHERE library = $1", _connection);
        command.Parameters.Add(Library);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1)) : (0, null);
    }

    private Task RememberPositionAsync(long position, CancellationToken cancellationToken) => RunAsync("""
        INSERT INTO sync_peers (library, position, model) VALUES ($1, $2, $3) ON CONFLICT (library) DO UPDATE SET position = excluded.position, model = excluded.model, taken_at = now()
        """, cancellationToken, Library, new NpgsqlParameter { Value = position }, new NpgsqlParameter { Value = (object?)Model.Name ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });

    private NpgsqlParameter Library => new() { Value = Origin };

    private async Task RunAsync(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        _step();
        await using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 0 };
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using DrChaffee.Domain.Search.Meaning;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Pgvector;

namespace DrChaffee.Domain.Search.Index;

/// <summary>
/// Sketches the active model's vectors: all of them when a model becomes active, then those of passages that came or were embedded since.
/// A library too small to need sketches, or too large for this machine's memory, has none, and is searched in the database.
/// </summary>
internal sealed partial class SketchLoader(IEmbeddingModels models, NpgsqlDataSource dataSource, TimeProvider time, ILogger<SketchLoader> logger)
{
    /// <summary>Fewer are quickly compared one by one.</summary>
    private const int WorthSketching = 2_000;
    private const int SampleSize = 10_000;
    private const int AtOnce = 5_000;

    /// <summary>Of the memory that this process may use.</summary>
    private const int MemoryShare = 4;

    /// <summary>Where the passages without a sketch have no vector yet either, they are asked about less often.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Passages without a sketch that are asked about together.</summary>
    private const int MostMissing = 50_000;

    private VectorSketches? _sketches;
    private LibraryIndex? _of;
    private int _numbers;
    private DateTimeOffset _askAgain;

    public async Task CatchUpAsync(LibraryIndex index, CancellationToken cancellationToken)
    {
        if (await models.ActiveAsync(cancellationToken) is not { } model) return;
        var numbers = index.Count + index.Removed;
        if (time.GetUtcNow() < _askAgain && numbers == _numbers) return;
        var found = _sketches?.Model == model.Id && _of == index ? await AddAsync(index, _sketches, cancellationToken) : await LoadAsync(index, model, cancellationToken);
        (_numbers, _askAgain) = (numbers, found ? default : time.GetUtcNow() + Patience);
    }

    /// <summary>True where the model's vectors are sketched now.</summary>
    private async Task<bool> LoadAsync(LibraryIndex index, ActiveModel model, CancellationToken cancellationToken)
    {
        if (index.Count < WorthSketching) return false;
        var sample = await SampleAsync(index.Count, model.Id, cancellationToken);
        if (sample.Count < WorthSketching / 2) return false; // most are yet to be embedded
        var code = new SketchCode(sample);
        if (2L * code.Width * index.Count > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare) return false;

        var started = time.GetTimestamp();
        var sketches = new VectorSketches(model.Id, code);
        await SketchAsync(index, sketches, null, cancellationToken);
        index.Use(sketches);
        (_sketches, _of) = (sketches, index);
        LogLoaded(sketches.Count, model.Name, time.GetElapsedTime(started).TotalMilliseconds);
        return true;
    }

    /// <summary>True where some passage got its sketch.</summary>
    private async Task<bool> AddAsync(LibraryIndex index, VectorSketches sketches, CancellationToken cancellationToken)
    {
        var before = sketches.Count;
        var missing = index.Unsketched(MostMissing);
        if (missing.Count > 0) await SketchAsync(index, sketches, missing, cancellationToken);
        return sketches.Count > before;
    }

    private async Task SketchAsync(LibraryIndex index, VectorSketches sketches, IReadOnlyList<long>? passages, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand($"""
            SELECT p.source_id, p.id, e.embedding FROM passage_embeddings e JOIN passages p ON p.id = e.passage_id
            WHERE e.model_id = {sketches.Model} {(passages is null ? "" : "AND e.passage_id = ANY($1)")}
            """);
        command.CommandTimeout = 0;
        if (passages is not null) command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. passages], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<(long, long, float[])> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add((reader.GetInt64(0), reader.GetInt64(1), HalfVectors.ToSingle(reader.GetFieldValue<HalfVector>(2))));
            if (rows.Count < AtOnce) continue;
            index.Sketch(sketches, rows);
            rows.Clear();
        }

        index.Sketch(sketches, rows);
    }

    /// <summary>Of every part of the library alike.</summary>
    private async Task<IReadOnlyList<float[]>> SampleAsync(int passages, int model, CancellationToken cancellationToken)
    {
        var every = Math.Max(1, passages / SampleSize);
        await using var command = dataSource.CreateCommand($"SELECT embedding FROM passage_embeddings WHERE model_id = {model} AND passage_id % {every} = 0 LIMIT {SampleSize}");
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<float[]> sample = [];
        while (await reader.ReadAsync(cancellationToken)) sample.Add(HalfVectors.ToSingle(reader.GetFieldValue<HalfVector>(0)));
        return sample;
    }

    [LoggerMessage(LogLevel.Information, "Sketched {Vectors} vectors of {Model} in {Milliseconds:F0} ms.")]
    private partial void LogLoaded(int vectors, string model, double milliseconds);
}

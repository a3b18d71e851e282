using DrChaffee.Domain.Data;
using DrChaffee.Domain.Data.Replicas;
using DrChaffee.Domain.Search.Meaning;
using Microsoft.Extensions.Logging;
using Pgvector;

namespace DrChaffee.Domain.Search.Index;

/// <summary>
/// Sketches the active model's vectors: all of them when a model becomes active, then those of passages that came or were embedded since.
/// A library too small to need sketches, or too large for this machine's memory, has none, and is searched in the database.
/// </summary>
internal sealed partial class SketchLoader(IEmbeddingModels models, LibraryReader library, TimeProvider time, ILogger<SketchLoader> logger)
{
    /// <summary>Fewer are quickly compared one by one.</summary>
    private const int WorthSketching = 2_000;
    private const int SampleSize = 10_000;
    private const int AtOnce = 5_000;

    /// <summary>Of the memory that this process may use.</summary>
    private const int MemoryShare = 4;

    /// <summary>Where the passages without a sketch have no vector yet either, they are asked about less often.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Where there can be no sketches at all.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(2);

    /// <summary>Passages without a sketch that are asked about together.</summary>
    private const int MostMissing = 50_000;

    private VectorSketches? _sketches;
    private LibraryIndex? _of;
    private int _numbers;
    private int _next;
    private DateTimeOffset _askAgain;
    private (int Model, DateTimeOffset Until) _refused;

    public async Task CatchUpAsync(LibraryIndex index, CancellationToken cancellationToken)
    {
        if (await models.ActiveAsync(cancellationToken) is not { } model) return;
        if (_sketches?.Model == model.Id && _of == index) await AddAsync(index, _sketches, cancellationToken);
        else if (_refused.Model != model.Id || time.GetUtcNow() >= _refused.Until) await LoadAsync(index, model, cancellationToken);
    }

    private async Task LoadAsync(LibraryIndex index, ActiveModel model, CancellationToken cancellationToken)
    {
        if (index.Count < WorthSketching) return;
        _refused = (model.Id, time.GetUtcNow() + LongPatience); // unless it succeeds
        if (SketchCode.BytesOfAPassage(model.Dimensions) * index.Count > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare) return;
        var sample = await SampleAsync(index.Count, model.Id, cancellationToken);
        if (sample.Count < WorthSketching / 2) return; // most are yet to be embedded

        var started = time.GetTimestamp();
        var sketches = new VectorSketches(model.Id, new SketchCode(sample));
        await SketchAsync(index, sketches, null, cancellationToken);
        index.Use(sketches);
        (_sketches, _of, _numbers, _next, _askAgain, _refused) = (sketches, index, index.Count + index.Removed, 0, default, default);
        LogLoaded(sketches.Count, model.Name, time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task AddAsync(LibraryIndex index, VectorSketches sketches, CancellationToken cancellationToken)
    {
        var numbers = index.Count + index.Removed;
        if (time.GetUtcNow() < _askAgain && numbers == _numbers) return;
        var before = sketches.Count;
        var fresh = numbers - _numbers; // what has just come is looked at first: someone may search for it
        var (missing, next) = index.Unsketched(fresh > 0 ? _numbers : _next, MostMissing);
        if (missing.Count > 0) await SketchAsync(index, sketches, missing, cancellationToken);
        if (fresh == 0) _next = next;
        (_numbers, _askAgain) = (numbers, sketches.Count > before || next > 0 ? default : time.GetUtcNow() + Patience);
    }

    private async Task SketchAsync(LibraryIndex index, VectorSketches sketches, IReadOnlyList<long>? passages, CancellationToken cancellationToken)
    {
        await using var command = library.CreateCommand($"""
            SELECT p.source_id, p.id, e.embedding FROM passage_embeddings e JOIN passages p ON p.id = e.passage_id
            WHERE e.model_id = {sketches.Model} {(passages is null ? "" : "AND e.passage_id = ANY($1)")}
            """);
        command.CommandTimeout = 0;
        if (passages is not null) command.Parameters.Add(RowNumbers.Parameter(passages));
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
        await using var command = library.CreateCommand($"SELECT embedding FROM passage_embeddings WHERE model_id = {model} AND passage_id % {every} = 0 LIMIT {SampleSize}");
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<float[]> sample = [];
        while (await reader.ReadAsync(cancellationToken)) sample.Add(HalfVectors.ToSingle(reader.GetFieldValue<HalfVector>(0)));
        return sample;
    }

    [LoggerMessage(LogLevel.Information, "Sketched {Vectors} vectors of {Model} in {Milliseconds:F0} ms.")]
    private partial void LogLoaded(int vectors, string model, double milliseconds);
}

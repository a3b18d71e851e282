using System.Globalization;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Search;
using DrChaffee.Ingestion.Embedding.Switching;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>
/// Lets the shipped model learn the library's own words once the library is large enough, and again when it has doubled: a new model beside the old one,
/// which takes over when every passage has its vector.
/// </summary>
internal sealed partial class LibraryModel(
    ModelRows rows, VectorFiller filler, IEmbeddingGenerator<string, Embedding<float>> own, IDbContextFactory<ChaffeeDbContext> contexts, NpgsqlDataSource dataSource,
    TimeProvider time, ILogger<LibraryModel> logger)
{
    /// <summary>Fewer passages say too little about a word.</summary>
    private const int FewestPassages = 100;

    /// <summary>Call at the end of a run, before the vector index is built. True where a new model took over.</summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        if (own is not ShippedEmbedder shipped) return false;
        await using var turn = await SoleTurn.TryTakeAsync(dataSource, "drchaffee library model", cancellationToken);
        return turn is not null && await RefreshAloneAsync(shipped, cancellationToken);
    }

    private async Task<bool> RefreshAloneAsync(ShippedEmbedder shipped, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var active = await db.EmbeddingModels.Where(m => m.Active).Select(m => new { m.Id, m.Engine, m.LearnedFrom }).FirstOrDefaultAsync(cancellationToken);
        var passages = await db.Passages.CountAsync(cancellationToken);
        if (await rows.WantedAsync(cancellationToken) is not null) return false; // what is learned now would soon be left
        if (active?.Engine != ShippedEmbedder.Engine || passages < Math.Max(FewestPassages, 2 * active.LearnedFrom)) return false;

        var started = time.GetTimestamp();
        await rows.RemoveUnneededAsync(ShippedEmbedder.Engine, cancellationToken); // those before the last, and what a killed run left
        var words = await LearnAsync(shipped, cancellationToken);
        var model = new EmbeddingModel
        {
            Name = words.ModelName,
            Engine = ShippedEmbedder.Engine,
            Dimensions = shipped.Dimensions,
            LearnedFrom = passages,
            LibraryWords = words.ToBytes(),
        };
        db.EmbeddingModels.Add(model);
        await db.SaveChangesAsync(cancellationToken);
        await filler.FillAsync(model.Id, model.Dimensions, shipped.For(words), null, cancellationToken);

        await rows.ActivateAsync(model.Id, inPlaceOf: active.Id, cancellationToken);
        LogLearned(passages, time.GetElapsedTime(started).TotalSeconds);
        return true;
    }

    private async Task<LibraryWords> LearnAsync(ShippedEmbedder shipped, CancellationToken cancellationToken)
    {
        var reading = new LibraryReading(shipped);
        await foreach (var (_, text) in filler.PassagesAsync(null, cancellationToken)) reading.Count(text);
        await foreach (var (_, text) in filler.PassagesAsync(null, cancellationToken)) reading.Learn(text);
        return reading.Finish(string.Create(CultureInfo.InvariantCulture, $"{ShippedEmbedder.Name}@{time.GetUtcNow():yyyyMMddHHmmssfff}"));
    }

    [LoggerMessage(LogLevel.Information, "The embedding model learned the words of {Passages} passages and embedded them again in {Seconds:F1} s.")]
    private partial void LogLearned(int passages, double seconds);
}

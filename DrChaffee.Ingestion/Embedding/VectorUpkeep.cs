using DrChaffee.Ingestion.Embedding.Switching;
using DrChaffee.Ingestion.Storing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>Leaves the vectors as search wants them after a run: none missing, the library's own words learned, an index over them.</summary>
internal sealed partial class VectorUpkeep(EmbeddingModels models, VectorFiller filler, LibraryModel library, VectorIndex index, NpgsqlDataSource dataSource, ILogger<VectorUpkeep> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await FillAsync(cancellationToken);
        await library.RefreshAsync(cancellationToken);
        await index.EnsureAsync(cancellationToken);
    }

    /// <summary>Embeds what lacks a vector of the active model, unless another process is at it. A failure is counted, logged and left to the next try.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        await using var turn = await SoleTurn.TryTakeAsync(dataSource, "drchaffee vectors", cancellationToken);
        if (turn is null) return;
        var (model, dimensions, embedder) = await models.CurrentAsync(cancellationToken);
        try
        {
            var filled = await filler.FillAsync(model, dimensions, embedder, null, cancellationToken);
            if (filled > 0)
            {
                models.Forget(); // how much was embedded before
                LogFilled(filled);
            }

            await models.ReportAsync(model, null, cancellationToken);
        }
        catch (Exception ex) when (ex is not OperationCanceledException and (PostgresException or not NpgsqlException { IsTransient: true }))
        {
            LogFailed(ex);
            await models.ReportAsync(model, ex.Message, cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Information, "Embedded {Passages} passages that lacked a vector.")]
    private partial void LogFilled(long passages);

    [LoggerMessage(LogLevel.Error, "Passages that lack a vector could not be embedded; words find them, and they are tried again.")]
    private partial void LogFailed(Exception exception);
}

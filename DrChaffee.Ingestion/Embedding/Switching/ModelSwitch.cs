using DrChaffee.Ingestion.Storing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Ingestion.Embedding.Switching;

/// <summary>
/// Brings the wanted model in: embeds every passage with it beside the vectors in use, builds its index, and only then lets it take over. Search and ingestion go on
/// with the old one until then. One process at a time does it; one that is stopped or killed leaves what it made to the next.
/// </summary>
internal sealed partial class ModelSwitch(
    ModelRows rows, EmbeddingModels models, VectorFiller filler, VectorIndex index, NpgsqlDataSource dataSource, TimeProvider time, ILogger<ModelSwitch> logger)
{
    /// <summary>What came in while the last passages were embedded is soon done; a library that is filled faster than it can be embedded is cut over all the same.</summary>
    private const int MostRounds = 10;

    /// <param name="embedded">Told how many passages this run has embedded.</param>
    /// <exception cref="NpgsqlException">The database is away; nothing is lost.</exception>
    public async Task<SwitchOutcome> RunAsync(IProgress<long>? embedded, CancellationToken cancellationToken)
    {
        if (await rows.WantedAsync(cancellationToken) is null) return SwitchOutcome.Nothing;
        await using var turn = await SoleTurn.TryTakeAsync(dataSource, "drchaffee model switch", cancellationToken);
        if (turn is null) return SwitchOutcome.Elsewhere;
        if (await rows.WantedAsync(cancellationToken) is not { } model) return SwitchOutcome.Nothing;
        try
        {
            return await BringInAsync(model, embedded, cancellationToken);
        }
        catch (Exception ex) when (ex is not OperationCanceledException and (PostgresException or not NpgsqlException { IsTransient: true })) // a full disk is told by the server, and calls itself transient
        {
            LogFailed(ex, model);
            await models.ReportAsync(model, ex.Message, cancellationToken);
            return SwitchOutcome.Failed;
        }
    }

    private async Task<SwitchOutcome> BringInAsync(int model, IProgress<long>? embedded, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (dimensions, embedder) = await models.OpenAsync(model, cancellationToken);
        async Task<bool> StillWantedAsync(CancellationToken token) => await rows.WantedAsync(token) == model;
        Task<long> FillAsync() => filler.FillAsync(model, dimensions, embedder, embedded, cancellationToken, StillWantedAsync);

        await FillAsync();
        if (!await StillWantedAsync(cancellationToken)) return SwitchOutcome.Nothing;
        await index.EnsureAsync(model, dimensions, cancellationToken);
        for (var round = 0; round < MostRounds && await FillAsync() > 0; round++) LogAnotherRound(model);

        if (!await rows.ActivateAsync(model, inPlaceOf: null, cancellationToken, onlyIfWanted: true)) return SwitchOutcome.Nothing;
        await models.ReportAsync(model, null, cancellationToken);
        LogTookOver(model, time.GetElapsedTime(started).TotalSeconds);
        await filler.FillAsync(model, dimensions, embedder, null, cancellationToken); // what was stored with the old model's vectors at that very moment
        await rows.RemoveUnneededAsync(engine: null, cancellationToken);
        return SwitchOutcome.Done;
    }

    [LoggerMessage(LogLevel.Information, "Embedded with model {Model} what came in meanwhile.")]
    private partial void LogAnotherRound(int model);

    [LoggerMessage(LogLevel.Information, "Embedding model {Model} took over after {Seconds:F1} s; the one before it is kept for a rollback.")]
    private partial void LogTookOver(int model, double seconds);

    [LoggerMessage(LogLevel.Error, "Passages could not be embedded with model {Model}; search goes on with the one before it, and it is tried again.")]
    private partial void LogFailed(Exception exception, int model);
}

/// <summary>How a switch went.</summary>
internal enum SwitchOutcome
{
    /// <summary>No other model is wanted.</summary>
    Nothing,

    /// <summary>Another process is at it.</summary>
    Elsewhere,
    Failed,
    Done,
}

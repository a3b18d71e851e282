using DrChaffee.Domain.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>How much of the library has a vector of one model. It looks at every passage, so it is counted for all who ask, once a minute, and only the first waits for it.</summary>
internal sealed partial class Coverage
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    private readonly int _model;
    private readonly IDbContextFactory<ChaffeeDbContext> _contexts;
    private readonly ILogger _logger;
    private readonly CachedValue<double> _share;
    private double? _last;

    public Coverage(int model, IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time, ILogger logger)
    {
        (_model, _contexts, _logger) = (model, contexts, logger);
        _share = new CachedValue<double>(Kept, time, CountAsync);
    }

    /// <summary>0 to 1, as it was when somebody last asked after a minute had gone.</summary>
    public Task<double> ShareAsync(CancellationToken cancellationToken) => _share.GetAsync(TimeSpan.Zero, Grace, cancellationToken);

    private async Task<double> CountAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
            var passages = await db.Passages.LongCountAsync(cancellationToken);
            var embedded = await db.PassageEmbeddings.LongCountAsync(e => e.ModelId == _model, cancellationToken);
            var share = passages == 0 ? 1 : Math.Min(1, (double)embedded / passages);
            _last = share;
            return share;
        }
        catch (Exception ex) when (_last is { } known && ex is not OperationCanceledException)
        {
            LogNotCounted(ex);
            return known;
        }
    }

    [LoggerMessage(LogLevel.Warning, "How much of the library is embedded could not be counted; what was counted last is told.")]
    private partial void LogNotCounted(Exception exception);
}

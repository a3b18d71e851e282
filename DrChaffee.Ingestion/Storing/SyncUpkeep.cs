using DrChaffee.Domain;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sync;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Ingestion.Transcription.Review;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Ingestion.Storing;

/// <summary>Passages and vectors of a library that sync has written to, on whatever server it is.</summary>
internal sealed class SyncUpkeep(ChaffeeSettings settings, ILoggerFactory logging) : ISyncUpkeep
{
    public Task RecutAsync(NpgsqlConnection connection, long source, CancellationToken cancellationToken) => PassageRebuild.RecutAsync(connection, source, cancellationToken);

    public async Task FinishAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection().AddSingleton(logging).AddLogging().AddDomain(settings with { ConnectionString = connectionString }).AddIngestion().BuildServiceProvider();
        await services.GetRequiredService<VectorUpkeep>().FillAsync(cancellationToken);
        await services.GetRequiredService<VectorIndex>().EnsureAsync(cancellationToken);
    }
}

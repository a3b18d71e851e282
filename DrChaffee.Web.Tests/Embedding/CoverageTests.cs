using DrChaffee.Domain.Data;
using DrChaffee.Ingestion.Embedding;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace DrChaffee.Web.Tests.Embedding;

public sealed class CoverageTests(TestDatabase database) : IClassFixture<TestDatabase>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly LogMemory _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Nobody_waits_for_a_count_but_the_first()
    {
        await using var process = new IngestionProcess(database);
        var coverage = await CountedAsync(process);
        await database.ScalarAsync<object>("DELETE FROM passage_embeddings");
        _time.Advance(TimeSpan.FromMinutes(1));

        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync(Token);
            await using var transaction = await connection.BeginTransactionAsync(Token);
            await using var locks = new NpgsqlCommand("LOCK TABLE passages IN ACCESS EXCLUSIVE MODE", connection, transaction);
            await locks.ExecuteNonQueryAsync(Token);
            Assert.Equal(1, await coverage.ShareAsync(Token).WaitAsync(Patience, Token));
        }

        await Poll.UntilAsync(async () => await coverage.ShareAsync(Token) == 0);
    }

    [Fact]
    public async Task A_count_that_fails_is_logged_and_what_was_counted_before_is_told()
    {
        await using var process = new IngestionProcess(database);
        var coverage = await CountedAsync(process);
        await database.ScalarAsync<object>("ALTER TABLE passage_embeddings RENAME TO elsewhere");
        try
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await coverage.ShareAsync(Token);
            await Poll.UntilAsync(() => Task.FromResult(_log.Lines.Any(line => line.Contains("could not be counted", StringComparison.Ordinal))));

            Assert.Equal(1, await coverage.ShareAsync(Token));
        }
        finally
        {
            await database.ScalarAsync<object>("ALTER TABLE elsewhere RENAME TO passage_embeddings");
        }
    }

    /// <summary>Of a library that is embedded whole.</summary>
    private async Task<Coverage> CountedAsync(IngestionProcess process)
    {
        await database.ClearAsync();
        await process.ImportAsync(_folder.WriteSrt("show/talk.srt", "Salt and water."), Token);
        var (model, _, _) = await process.Get<EmbeddingModels>().CurrentAsync(Token);
        var coverage = new Coverage(model, process.Get<IDbContextFactory<ChaffeeDbContext>>(), _time, _log.CreateLogger(nameof(Coverage)));
        Assert.Equal(1, await coverage.ShareAsync(Token));
        return coverage;
    }
}

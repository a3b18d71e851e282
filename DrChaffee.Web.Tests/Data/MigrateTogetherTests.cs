using DrChaffee.Domain;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Pgvector;

namespace DrChaffee.Web.Tests.Data;

public sealed class MigrateTogetherTests
{
    [Fact]
    public async Task Of_processes_that_start_together_on_an_empty_server_each_knows_vectors()
    {
        var token = TestContext.Current.CancellationToken;
        await using var database = new TestDatabase();
        List<ServiceProvider> processes = [.. Enumerable.Range(0, 4).Select(_ =>
            new ServiceCollection().AddLogging().AddDomain(new ChaffeeSettings { ConnectionString = database.ConnectionString }).BuildServiceProvider())];

        var applied = await Task.WhenAll(processes.Select(process => process.GetRequiredService<DatabaseMigrator>().MigrateAsync(token)));
        await database.InitializeAsync(); // so that it is removed

        Assert.Single(applied, names => names.Count > 0);
        foreach (var process in processes)
        {
            await using var command = process.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT '[1,2]'::halfvec");
            Assert.IsType<HalfVector>(await command.ExecuteScalarAsync(token));
            await process.DisposeAsync();
        }
    }
}

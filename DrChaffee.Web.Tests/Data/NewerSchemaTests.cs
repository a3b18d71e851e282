using System.Net;
using DrChaffee.Domain.Data;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Data;

public sealed class NewerSchemaTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    [Fact]
    public async Task A_program_on_a_newer_schema_says_so_once_and_serves()
    {
        var token = TestContext.Current.CancellationToken;
        using var client = app.Client();
        await app.Database.ScalarAsync<object>("INSERT INTO \"__EFMigrationsHistory\" (migration_id, product_version) VALUES ('99990101000000_Later', '10'); ALTER TABLE sources ADD COLUMN later text");

        var applied = await app.Services.GetRequiredService<DatabaseMigrator>().MigrateAsync(token);
        await app.Services.GetRequiredService<DatabaseMigrator>().TellNewerAsync(token);

        Assert.Empty(applied);
        Assert.Single(app.Log.Lines, line => line.Contains("99990101000000_Later", StringComparison.Ordinal) && line.Contains("newer schema", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/api/search?q=salt", UriKind.Relative), token)).StatusCode);
    }
}

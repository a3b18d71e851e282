using System.IO.Compression;
using DrChaffee.Benchmarks.Soak;
using DrChaffee.Ingestion.Capacity;
using DrChaffee.Web.Features.Support;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace DrChaffee.Web.Tests.Capacity;

/// <summary>A machine whose database is a streaming replica.</summary>
public sealed class StandbyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_tells_its_capacity_and_makes_a_support_bundle()
    {
        var reasons = new List<string>();
        await using var server = await PostgresServer.TryStartAsync(reasons.Add, Token);
        Assert.SkipWhen(server is null, string.Join(' ', reasons));
        await using var database = TestDatabase.On(server!.ConnectionString);
        await database.InitializeAsync();
        await using var standby = await server.StandbyAsync(Token);
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;
        await using var app = new EmptyApp { Variables = [("DATABASE_URL", standby.Url(name)), ("API_ONLY_MODE", "true")] };
        await app.InitializeAsync();

        var report = await app.Services.GetRequiredService<CapacityBook>().ReadAsync(Token);
        using var stream = new MemoryStream();
        await app.Services.GetRequiredService<SupportBundle>().WriteAsync(stream, served: true, Token);
        await using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        using var facts = new StreamReader(await zip.GetEntry("database.json")!.OpenAsync(Token));

        Assert.True(report.Database.Parts.Sum(part => part.TotalBytes) > 0);
        Assert.Contains(report.Disks, outlook => outlook.Disk.Holds.Contains("database"));
        Assert.Null(report.DatabaseDisk);
        Assert.Contains("\"standby\": true", await facts.ReadToEndAsync(Token), StringComparison.Ordinal);
        Assert.Empty(app.Log.Errors);
    }
}

using System.Net;
using DrChaffee.Domain.Capacity;
using DrChaffee.Domain.Search.Index;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Capacity;
using DrChaffee.Web.Features.Support;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace DrChaffee.Web.Tests.Capacity;

[Collection<OnTheApp>]
public sealed class CapacityTests(ChaffeeApp app)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_counts_the_library_its_tables_and_what_the_index_takes()
    {
        using var client = await app.EditorClientAsync();
        var capacity = await client.JsonAsync("/api/admin/capacity");
        var database = capacity.GetProperty("database");
        var parts = database.GetProperty("parts").EnumerateArray().ToDictionary(part => part.GetProperty("name").GetString()!);
        var tables = await app.Database.ScalarAsync<long>("SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'");

        Assert.All([capacity.GetProperty("library"), capacity.GetProperty("index")], counted => Assert.True(counted.GetProperty("passages").GetInt32() >= 4)); // each some seconds old
        Assert.True(capacity.GetProperty("index").GetProperty("bytes").GetInt64() > 0);
        Assert.Contains(capacity.GetProperty("vectors").EnumerateArray(), model => model.GetProperty("active").GetBoolean() && model.GetProperty("vectors").GetInt64() >= 4);
        Assert.Equal(["Transcripts", "Passages and their words", "Vectors", "Recordings and the queue", "Events, sync and history", "Schedule, accounts and the rest"], parts.Keys.Order(Comparer<string>.Create((a, b) => Place(a) - Place(b))));
        Assert.InRange(parts.Values.Sum(part => part.GetProperty("total_bytes").GetInt64()), tables / 2, tables * 2); // others write meanwhile
        Assert.True(database.GetProperty("bytes").GetInt64() > tables / 2);
        Assert.False(database.TryGetProperty("folder", out _));
        Assert.Equal(["Audio", "Models", "Work in progress"], capacity.GetProperty("folders").EnumerateArray().Select(folder => folder.GetProperty("name").GetString()));
        Assert.NotEmpty(capacity.GetProperty("disks").EnumerateArray());
        Assert.Equal("unknown", capacity.GetProperty("steps")[0].GetProperty("reached").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task The_page_says_it_in_sentences_and_an_editor_may_read_it()
    {
        using var client = await app.EditorClientAsync();
        var page = await client.GetStringAsync("/admin/capacity", Token);

        Assert.Contains("There is too little history to say when the library has a million passages", page, StringComparison.Ordinal);
        Assert.Contains("Passages and their words", page, StringComparison.Ordinal);
        Assert.Contains("Hours added to the library a day", page, StringComparison.Ordinal);
        Assert.Contains("""<a href="/admin/capacity" class="active""", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_only_reads_is_told_sizes_makes_a_support_bundle_and_is_refused_nothing()
    {
        await using var server = await ReadOnlyServer.StartAsync(app, "salt");
        var report = await server.App.Services.GetRequiredService<CapacityBook>().ReadAsync(Token);
        await server.App.Services.GetRequiredService<SupportBundle>().WriteAsync(new MemoryStream(), served: true, Token);

        Assert.Null(report.Database.Refused);
        Assert.Null(report.Database.Folder);
        Assert.True(report.Database.Parts.Sum(part => part.TotalBytes) > 0);
        Assert.Contains("may not ask where the database lies", report.DatabaseDisk, StringComparison.Ordinal);
        Assert.Empty(server.Refused);
    }

    [Fact]
    public async Task A_role_that_may_not_ask_for_sizes_is_told_why_they_are_missing()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        var role = $"sizeless_{Guid.NewGuid():N}";
        await database.ScalarAsync<object>($"REVOKE EXECUTE ON FUNCTION pg_database_size(name) FROM PUBLIC; CREATE ROLE {role} LOGIN PASSWORD 'sizeless'");
        await using (var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role, Password = "sizeless" }.ConnectionString))
        {
            var size = await new DatabaseMeter(source).ReadAsync(Token);

            Assert.Equal("The role of DATABASE_URL may not ask for sizes (permission denied for function pg_database_size).", size.Refused);
            Assert.Empty(size.Parts);
        }

        await database.ScalarAsync<object>($"DROP ROLE {role}");
    }

    [Fact]
    public async Task A_recording_counts_on_the_day_of_the_zone_on_which_its_transcript_was_written()
    {
        await using var database = new TestDatabase();
        await database.InitializeAsync();
        await WriteAsync(database, 1, 3600, "2025-10-25T21:59:30Z"); // still Saturday there
        await WriteAsync(database, 2, 1800, "2025-10-25T22:00:10Z");
        await WriteAsync(database, 3, 900, "2025-10-26T22:30:00Z");
        await WriteAsync(database, 4, 900, "2025-07-01T00:00:00Z"); // before the first day
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        var settings = new ChaffeeSettings { ConnectionString = "", TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin") };

        var growth = await new GrowthReader(settings, source, new FakeTimeProvider(new DateTimeOffset(2025, 10, 27, 0, 0, 0, TimeSpan.Zero))).ReadAsync(Token);

        Assert.Equal([new GrowthDay(new DateOnly(2025, 10, 25), 1, 1), new GrowthDay(new DateOnly(2025, 10, 26), 2, 0.75), new GrowthDay(new DateOnly(2025, 10, 27), 0, 0)], growth.Days.TakeLast(3));
        Assert.Equal((LibraryGrowth.MostDays, 3), (growth.Days.Count, growth.Days.Sum(day => day.Recordings)));
        Assert.Equal(118, growth.AgeDays);
    }

    [Fact]
    public async Task An_empty_library_is_told_as_such()
    {
        await using var empty = new EmptyApp();
        await empty.InitializeAsync();
        using var client = await empty.SignedInClientAsync();
        var page = WebUtility.HtmlDecode(await client.GetStringAsync("/admin/capacity", Token));

        Assert.Contains("Nothing waits.", page, StringComparison.Ordinal);
        Assert.Contains("Nothing came into the library in the last 90 days.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<figure", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_index_takes_grows_with_what_is_in_it()
    {
        using var index = new LibraryIndex();
        var empty = index.Memory();
        for (var source = 1; source <= 2_000; source++) index.Replace(source, ["salt"], [new IndexedPassage(source, 0, 0, [($"word{source}", 1), ("salt", 2)])]);
        var full = index.Memory();

        Assert.Equal((0, null, 2_000), (empty.Passages, empty.BytesAMillion, full.Passages));
        Assert.InRange(full.WordsBytes, 2_000 * 100, 2_000 * 1_000);
        Assert.InRange(full.PlacesBytes, 2_000 * 30, 2_000 * 200);
        Assert.Equal((0, 500 * full.Bytes), (full.SketchesBytes, full.BytesAMillion!.Value));
    }

    private static int Place(string part) => Array.IndexOf(["Transcripts", "Passages and their words", "Vectors", "Recordings and the queue", "Events, sync and history", "Schedule, accounts and the rest"], part);

    private static Task<object?> WriteAsync(TestDatabase database, int number, int seconds, string at) => database.ScalarAsync<object>($"""
        INSERT INTO engines (name, model, version) VALUES ('captions', '', '1') ON CONFLICT DO NOTHING;
        INSERT INTO sources (id, source_type, source_id, key, title, state, stage, attempts, fencing_token, duration_sec, version)
            VALUES ({number}, 'file', '{number}', 'file-{number}', 'Talk', 'done', 'store', 0, 0, {seconds}, 1);
        INSERT INTO segments (source_id, ordinal, start_sec, end_sec, text, times_estimated, engine_id, created_at)
            SELECT {number}, o, o, o + 1, 'Salt.', false, (SELECT min(id) FROM engines), CASE o WHEN 0 THEN '{at}'::timestamptz ELSE now() END FROM generate_series(0, 1) o
        """);
}

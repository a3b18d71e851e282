using System.IO.Compression;
using System.Text.Json;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Web.Tests.Support;

public sealed class SupportBundleTests : IAsyncLifetime
{
    private static readonly string[] Files = ["README.txt", "doctor.txt", "doctor.json", "program.json", "settings.json", "database.json", "migrations.json", "capacity.json", "failures.json", "events.json", "jobs.json"];

    private readonly TestDatabase _database = new();
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task No_file_of_it_tells_a_secret_whether_the_server_or_the_command_makes_it()
    {
        var settings = Marked.Settings(_database, _folder.Write("cookies.txt", $"# Netscape HTTP Cookie File\n.example\tTRUE\t/\tTRUE\t0\tsession\t{Marked.Word}\n"));
        await Marked.WriteAsync(_database);
        await using var app = new EmptyApp { Variables = settings };
        await app.InitializeAsync();
        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Anything").LogError(
            new InvalidOperationException($"Cannot ask https://ann:{Marked.Word}@feeds.example/{Marked.Word}"), "It failed: {Address} for {Mail}", $"https://feeds.example/?k={Marked.Word}", $"{Marked.Word}@example.org");
        using var client = await app.SignedInClientAsync();
        var path = Path.Combine(_folder.Path, "support.zip");

        using var answer = await client.GetAsync(new Uri("/api/admin/support-bundle", UriKind.Relative), Token);
        var served = await ReadAsync(await answer.Content.ReadAsStreamAsync(Token));
        var command = await ProgramRun.RunAsync(["doctor", "--bundle", path], settings.Select(setting => (setting.Name, (string?)setting.Value)));
        var written = await ReadAsync(File.OpenRead(path));

        Assert.Equal((0, ""), (command.ExitCode, command.Errors));
        Assert.Equal([.. Files, "log.txt"], served.Keys);
        Assert.Equal(Files, written.Keys);
        Assert.Empty(Marked.SecretNames.Except(settings.Select(setting => setting.Name)));
        Assert.All(served.Concat(written), file => Assert.DoesNotContain(Marked.Word, file.Value, StringComparison.OrdinalIgnoreCase));
        Assert.All(Files, name => Assert.DoesNotContain("unavailable", served[name], StringComparison.Ordinal));
        Assert.Contains("It failed: https://feeds.example/… for ***@***", served["log.txt"], StringComparison.Ordinal);
        Assert.Equal(("application/zip", "no-store"), (answer.Content.Headers.ContentType!.MediaType, answer.Headers.CacheControl!.ToString()));
        Assert.Equal("admin", await _database.ScalarAsync<string>("SELECT who FROM audit_log WHERE action = 'download_support_bundle'"));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task It_tells_what_somebody_needs_who_helps()
    {
        await Marked.WriteAsync(_database);
        var path = Path.Combine(_folder.Path, "support.zip");
        await ProgramRun.RunAsync(["doctor", "--bundle", path], ("DATABASE_URL", _database.ConnectionString), ("PORT", "8123"));
        var files = (await ReadAsync(File.OpenRead(path))).ToDictionary(file => file.Key, file => file.Value);
        var variables = Json(files["settings.json"]).EnumerateArray().ToDictionary(setting => setting.GetProperty("name").GetString()!);
        var events = Json(files["events.json"]).EnumerateArray().Select(happened => happened.GetProperty("title").GetString()).ToList();

        Assert.Equal(Marked.Names.Where(name => name != "NO_SAMPLES").Order(StringComparer.Ordinal), variables.Keys); // that one is for ./run
        Assert.Equal("8123", variables["PORT"].GetProperty("value").GetString());
        Assert.Equal((true, "***"), (variables["DATABASE_URL"].GetProperty("set").GetBoolean(), variables["DATABASE_URL"].GetProperty("value").GetString()));
        Assert.Equal((false, null), (variables["REDIS_URL"].GetProperty("set").GetBoolean(), variables["REDIS_URL"].GetProperty("value").GetString()));
        Assert.Equal((500, "Talk 101", "Talk 600"), (events.Count, events[0], events[^1]));
        Assert.Equal(6, Json(files["failures.json"]).GetProperty("last").GetArrayLength());
        Assert.Contains("https://feeds.example/…", files["failures.json"], StringComparison.Ordinal);
        Assert.Contains("shared_buffers", files["database.json"], StringComparison.Ordinal);
        Assert.NotEmpty(Json(files["migrations.json"]).GetProperty("applied").EnumerateArray());
        Assert.Equal(6, Json(files["capacity.json"]).GetProperty("library").GetProperty("failed_sources").GetInt32());
        Assert.Equal("ingest", Json(files["jobs.json"])[0].GetProperty("job").GetString());
        Assert.Contains("There is no log.txt", files["README.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_database_it_holds_what_can_be_known_and_says_so()
    {
        var path = Path.Combine(_folder.Path, "support.zip");
        var (exitCode, output, errors) = await ProgramRun.RunAsync(["doctor", "--bundle", path], ("DATABASE_URL", "postgresql://ann:secret-word@127.0.0.1:9/library"));
        var files = (await ReadAsync(File.OpenRead(path))).ToDictionary(file => file.Key, file => file.Value);

        Assert.Equal((0, ""), (exitCode, errors));
        Assert.StartsWith($"{path}: 11 files", output, StringComparison.Ordinal);
        Assert.Contains("The database did not answer.", files["README.txt"], StringComparison.Ordinal);
        Assert.Equal("The database did not answer.", Json(files["events.json"]).GetProperty("unavailable").GetString());
        Assert.Contains("cannot be reached", files["doctor.txt"], StringComparison.Ordinal);
        Assert.Contains("DATA_DIR", files["settings.json"], StringComparison.Ordinal);
        Assert.DoesNotContain(files.Values, text => text.Contains("secret-word", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_there_is_written_over_only_where_that_is_asked_for()
    {
        var there = _folder.Write("there.zip", "mine");
        var nowhere = Path.Combine(_folder.Path, "no", "support.zip");
        Task<ProgramRun> RunAsync(params string[] arguments) => ProgramRun.RunAsync(["doctor", "--bundle", .. arguments], ("DATABASE_URL", "postgresql://127.0.0.1:9/library"));

        Assert.Equal(new ProgramRun(1, "", $"{there} is there already; choose another name, or add --force to write over it."), await RunAsync(there));
        Assert.Equal(new ProgramRun(1, "", $"The folder {Path.GetDirectoryName(nowhere)} is not there; make it first, or choose another."), await RunAsync(nowhere));
        Assert.Equal("mine", await File.ReadAllTextAsync(there, Token));
        Assert.Equal(0, (await RunAsync(there, "--force")).ExitCode);
        Assert.Equal(Files, (await ReadAsync(File.OpenRead(there))).Keys);
        Assert.Single(Directory.EnumerateFiles(_folder.Path));
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    private static async Task<OrderedDictionary<string, string>> ReadAsync(Stream stream)
    {
        await using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        var files = new OrderedDictionary<string, string>();
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync(Token));
            files[entry.FullName] = await reader.ReadToEndAsync(Token);
        }

        return files;
    }
}

using System.Net;
using System.Text.RegularExpressions;
using DrChaffee.Ingestion.Import;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Features.Account;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Web.Tests.Infrastructure;

[CollectionDefinition]
public sealed class OnTheApp : ICollectionFixture<ChaffeeApp>;

/// <summary>The program on a free port of this machine, with a database of its own and three talks in it.</summary>
public partial class ChaffeeApp : WebApplicationFactory<Layout.App>, IAsyncLifetime
{
    public const string Password = "correct horse battery";
    public const string SaltQuestion = "Why does salt raise blood pressure?";

    private readonly TestDatabase _database = new();
    private readonly TestFolder _data = new();
    private readonly TestFolder _talks = new();

    public ChaffeeApp() => UseKestrel(0);

    /// <summary>What the program logged.</summary>
    public LogMemory Log { get; } = new();

    public Uri Address { get; protected set; } = null!;

    public TestDatabase Database => _database;

    /// <summary>Variables beside those that every test needs.</summary>
    public IReadOnlyList<(string Name, string Value)> Variables { get; init; } = [];

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("TEST_DATABASE_URL") is not { Length: > 0 }) return;
        await _database.InitializeAsync();
        StartServer();
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await FillAsync();
    }

    /// <summary>Follows no redirects and keeps cookies. Skips the test where there is no database server.</summary>
    public HttpClient Client()
    {
        _ = _database.ConnectionString;
        return new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    /// <summary>The key of the recording whose title holds a word.</summary>
    public Task<string> KeyOfAsync(string word) => _database.ScalarAsync<string>($"SELECT key FROM sources WHERE title ILIKE '%{word}%'")!;

    public async Task<HttpClient> SignedInClientAsync()
    {
        var client = Client();
        await Services.GetRequiredService<AccountBook>().SetPasswordAsync(AccountBook.Admin, Password, CancellationToken.None);
        using var answer = await SubmitAsync(client, "/account/sign-in", ("Entry.Name", AccountBook.Admin), ("Entry.Password", Password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    /// <summary>Opens a page and sends its form with what it hides, as a browser does.</summary>
    public static async Task<HttpResponseMessage> SubmitAsync(HttpClient client, string page, params (string Name, string Value)[] fields)
    {
        var html = await client.GetStringAsync(page);
        var hidden = HiddenField().Matches(html).Select(m => (m.Groups["name"].Value, WebUtility.HtmlDecode(m.Groups["value"].Value)));
        using var form = new FormUrlEncodedContent(hidden.Concat(fields).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        return await client.PostAsync(new Uri(page, UriKind.Relative), form);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
        _data.Dispose();
        _talks.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("urls", "http://127.0.0.1:0");
        builder.UseSetting("DATABASE_URL", _database.ConnectionString);
        builder.UseSetting("DATA_DIR", _data.Path);
        foreach (var (name, value) in Variables) builder.UseSetting(name, value);
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
    }

    protected virtual async Task FillAsync()
    {
        SampleTalks.Write(_talks);
        var report = await Services.GetRequiredService<IngestionPipeline>()
            .RunAsync(new IngestionRequest { Source = SourceKind.Folder, Channel = _talks.Path }, CancellationToken.None);
        Assert.Equal(3, report.Counts.Done);
        var old = _talks.WriteSrt("old/An old interview [dQw4w9WgXcQ].srt", "We spoke about the old days.", "Medicine was slower then.");
        await Services.GetRequiredService<TranscriptImporter>().ImportAsync([old], observer: null, CancellationToken.None);
        await Poll.UntilAsync(async () => (await Client().GetStringAsync("/api/search?q=salt&mode=keyword")).Contains("blood", StringComparison.Ordinal));
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HiddenField();
}

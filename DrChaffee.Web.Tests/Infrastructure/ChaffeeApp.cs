using System.Net;
using System.Text.RegularExpressions;
using DrChaffee.Domain.Accounts;
using DrChaffee.Domain.Audit;
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
    public const string Editor = "editor";
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
        _ = _database.ConnectionString;
        await Services.GetRequiredService<AccountBook>().SetPasswordAsync(AccountBook.Admin, Password, CancellationToken.None);
        return await SignedInClientAsync(AccountBook.Admin);
    }

    /// <summary>Signed in as somebody who may look and correct.</summary>
    public async Task<HttpClient> EditorClientAsync()
    {
        await AddEditorAsync(Editor);
        return await SignedInClientAsync(Editor);
    }

    /// <summary>Unless it is there already.</summary>
    public async Task AddEditorAsync(string name)
    {
        _ = _database.ConnectionString;
        if (await Services.GetRequiredService<AccountBook>().FindAsync(name, CancellationToken.None) is null)
            await Services.GetRequiredService<AccountDesk>().AddAsync(name, AccountRole.Editor, Password, Actor.CommandLine);
    }

    /// <summary>Signed in as somebody who is there.</summary>
    public async Task<HttpClient> SignedInClientAsync(string name)
    {
        var client = Client();
        using var answer = await SubmitAsync(client, "/account/sign-in", ("Entry.Name", name), ("Entry.Password", Password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    /// <summary>What a client that keeps no cookies of its own sends to be signed in.</summary>
    public async Task<string> SignedInCookieAsync()
    {
        using var client = Client();
        await Services.GetRequiredService<AccountBook>().SetPasswordAsync(AccountBook.Admin, Password, CancellationToken.None);
        using var answer = await SubmitAsync(client, "/account/sign-in", ("Entry.Name", AccountBook.Admin), ("Entry.Password", Password));
        return answer.Headers.GetValues("Set-Cookie").First(cookie => cookie.StartsWith("drchaffee=", StringComparison.Ordinal)).Split(';')[0];
    }

    /// <summary>Opens a page and sends its form with what it hides, as a browser does. Where a page has several, the field <c>_handler</c> names one.</summary>
    public static Task<HttpResponseMessage> SubmitAsync(HttpClient client, string page, params (string Name, string Value)[] fields) => SubmitAsync(client, page, page, fields);

    /// <summary>The same for a form that goes to another address.</summary>
    public static async Task<HttpResponseMessage> SubmitAsync(HttpClient client, string page, string target, params (string Name, string Value)[] fields)
    {
        var html = await client.GetStringAsync(page);
        var hidden = HiddenField().Matches(html).Select(m => (Name: m.Groups["name"].Value, Value: WebUtility.HtmlDecode(m.Groups["value"].Value)));
        using var form = new FormUrlEncodedContent(fields.Concat(hidden).DistinctBy(f => f.Name).Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await client.PostAsync(new Uri(target, UriKind.Relative), form);
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
        foreach (var name in (string[])["SEARCH", "SUGGESTIONS", "SIGN_IN", "ADMIN"]) builder.UseSetting($"RATE_LIMIT_{name}", "0"); // all tests come from one address
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

using System.Net;
using System.Text.Json;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.Diagnosis;

public sealed class DiagnosisTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    private static readonly string[] SameEverywhere = ["mode", "sources", "transcriber", "engines", "gpu", "schedule"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("local", true)]
    [InlineData("production", true, "INCREMENTAL_ONLY=true", "TORCH_DEVICE=cpu", "CUDA_VISIBLE_DEVICES=")]
    [InlineData("api_only", false, "API_ONLY_MODE=true")]
    public async Task The_command_health_and_the_dashboard_agree_on_mode_device_engines_and_the_next_run(string mode, bool ingests, params string[] environment)
    {
        (string Name, string Value)[] variables = [.. environment.Select(variable => variable.Split('=')).Select(variable => (variable[0], variable[1]))];
        await using var serving = new EmptyApp { Variables = variables };
        await serving.InitializeAsync();
        using var client = await serving.SignedInClientAsync();
        await Poll.UntilAsync(async () => (await client.JsonAsync("/health")).GetProperty("status").GetString() == "ok");

        var command = await ProgramRun.RunAsync(["doctor", "--json"], [.. variables.Select(variable => (variable.Name, (string?)variable.Value)), ("DATABASE_URL", serving.Database.ConnectionString)]);
        using var doctor = JsonDocument.Parse(command.Output);
        var told = doctor.RootElement;
        await Poll.UntilAsync(async () => Message((await client.JsonAsync("/health")).GetProperty("checks"), "schedule") == Message(told.GetProperty("checks"), "schedule")); // a sentence of some seconds ago
        var health = await client.JsonAsync("/health");
        var page = WebUtility.HtmlDecode(await client.GetStringAsync("/admin", Token));
        var findings = await client.JsonAsync("/api/admin/diagnosis");

        foreach (var name in SameEverywhere)
        {
            var sentence = Message(told.GetProperty("checks"), name);
            Assert.Equal(sentence, Message(health.GetProperty("checks"), name));
            Assert.Equal(sentence, Message(findings.GetProperty("items"), name));
            Assert.Contains(sentence, page, StringComparison.Ordinal);
        }

        Assert.All([told, health], report => Assert.Equal((mode, ingests), (report.GetProperty("mode").GetString(), report.GetProperty("ingestion_enabled").GetBoolean())));
        Assert.Equal(ingests, page.Contains("aria-label=\"Ingest\"", StringComparison.Ordinal));
        var gpu = told.GetProperty("gpu_available").GetBoolean();
        Assert.Equal(gpu, health.GetProperty("gpu_available").GetBoolean());
        Assert.Contains(gpu ? "A GPU is there." : "No GPU detected", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_diagnosis_looks_at_the_network_yt_dlp_cookies_ffmpeg_models_and_the_disk()
    {
        using var client = await app.SignedInClientAsync();
        var names = (await client.JsonAsync("/api/admin/diagnosis")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString());

        Assert.Subset(names.ToHashSet(), new HashSet<string?>(["network", "yt-dlp", "cookies", "ffmpeg", "ffprobe", "embedding", "disk", "database", "schedule"]));
    }

    [Fact]
    public async Task The_network_is_asked_where_recordings_and_models_come_from()
    {
        _ = app.Database.ConnectionString;
        await using var here = await LocalServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden; // it answers, whatever it says
            return Task.CompletedTask;
        });
        await using var asking = new EmptyApp { Variables = [("MODELS_URL", here.Address.ToString())] };
        await asking.InitializeAsync();
        using var client = await asking.SignedInClientAsync();
        var reached = await NetworkAsync(client);
        await using (var db = await asking.Database.OpenAsync())
        {
            db.Channels.Add(new Channel { Kind = "rss", Address = "http://127.0.0.1:1/feed.xml", Title = "nobody there", RescanEvery = TimeSpan.FromHours(1) });
            await db.SaveChangesAsync(Token);
        }

        var away = await NetworkAsync(client);

        Assert.Equal(("ok", $"Reached: {here.Address.Authority}."), reached);
        Assert.Equal(("info", $"Not reached: 127.0.0.1:1 (no connection). Reached: {here.Address.Authority}. What lies in folders can be taken in without it."), away);
    }

    [Theory]
    [InlineData(null, FindingState.Info, "is not set")]
    [InlineData("# Netscape HTTP Cookie File\n.example.com\tTRUE\t/\tTRUE\t4102444800\tname\tvalue\n#HttpOnly_.example.com\tTRUE\t/\tTRUE\t1000\told\tvalue\n.example.com\tTRUE\t/\tFALSE\t0\tsession\tvalue\n", FindingState.Ok, "2 of 3 cookies")]
    [InlineData("# Netscape HTTP Cookie File\n.example.com\tTRUE\t/\tTRUE\t1000\tname\tvalue\n", FindingState.Failed, "Every cookie")]
    [InlineData("# Netscape HTTP Cookie File\n", FindingState.Failed, "holds no cookies")]
    [InlineData("{\"cookies\": []}", FindingState.Failed, "is no file of cookies")]
    public async Task Cookies_are_looked_into(string? content, FindingState state, string part)
    {
        using var folder = new TestFolder();
        var finding = await CookieFile.ExamineAsync(content is null ? null : folder.Write("cookies.txt", content), TimeProvider.System.GetUtcNow(), Token);

        Assert.Equal(state, finding.State);
        Assert.Contains(part, finding.Message, StringComparison.Ordinal);
    }

    private static async Task<(string?, string?)> NetworkAsync(HttpClient client)
    {
        var finding = (await client.JsonAsync("/api/admin/diagnosis")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "network");
        return (finding.GetProperty("state").GetString(), finding.GetProperty("message").GetString());
    }

    private static string Message(JsonElement checks, string name) => checks.EnumerateArray().Single(check => check.GetProperty("name").GetString() == name).GetProperty("message").GetString()!;
}

using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using DrChaffee.Domain.Audit;
using DrChaffee.Ingestion.Schedule.Jobs;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Features.Audit;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Audit;

public sealed class AuditLogTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    [Fact]
    public async Task What_a_program_changes_is_written_down_with_what_it_asked_and_without_secrets()
    {
        using var client = await app.SignedInClientAsync();
        using var refused = await client.PostAsJsonAsync("/api/admin/channels", new { address = "https://127.0.0.1:1/feed.xml?token=hidden" }, TestContext.Current.CancellationToken);
        using var paused = await client.PostAsync(new Uri("/api/admin/schedule/clean-up/pause", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
        await client.JsonAsync("/api/admin/channels");

        var added = (await client.JsonAsync("/api/admin/audit?action=add_channel")).GetProperty("items")[0];
        var job = (await client.JsonAsync("/api/admin/audit?action=pause_job")).GetProperty("items")[0];

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (refused.StatusCode, paused.StatusCode));
        Assert.Equal(("admin", "127.0.0.1", 400), (added.GetProperty("who").GetString(), added.GetProperty("address").GetString(), added.GetProperty("detail").GetProperty("status").GetInt32()));
        Assert.Equal("https://127.0.0.1:1/feed.xml?…", added.GetProperty("detail").GetProperty("address").GetString());
        Assert.Equal(("clean-up", 200), (job.GetProperty("subject").GetString(), job.GetProperty("detail").GetProperty("status").GetInt32()));
        Assert.Equal(0L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE detail::text LIKE '%hidden%' OR action = 'channels'"));
    }

    [Fact]
    public async Task The_log_is_narrowed_and_paged()
    {
        using var client = await app.SignedInClientAsync();
        var log = app.Services.GetRequiredService<AuditLog>();
        for (var n = 0; n < 55; n++) await log.WriteAsync(new Actor("zoe", "192.0.2.9"), "keep_segment", n.ToString(CultureInfo.InvariantCulture));
        await log.WriteAsync(new Actor("zoe", "192.0.2.9"), "hide_segment", "last");

        var page = await client.JsonAsync("/api/admin/audit?who=zoe&action=keep_segment&take=10&skip=50");
        var html = await client.GetStringAsync("/admin/audit?who=zoe&page=2", TestContext.Current.CancellationToken);
        var fault = await client.ProblemAsync("/api/admin/audit?take=0", HttpStatusCode.BadRequest);

        Assert.Equal((55, 5), (page.GetProperty("total").GetInt32(), page.GetProperty("items").GetArrayLength()));
        Assert.Equal("4", page.GetProperty("items")[0].GetProperty("subject").GetString());
        Assert.Contains("56 entries", html, StringComparison.Ordinal);
        Assert.Contains("Page 2 of 2", html, StringComparison.Ordinal);
        Assert.StartsWith("take is '0'", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_are_kept_for_a_year_and_long_ended_sessions_a_month()
    {
        using var client = await app.SignedInClientAsync();
        await app.Services.GetRequiredService<AuditLog>().WriteAsync(new Actor("old", null), "sign_in");
        await app.Services.GetRequiredService<AuditLog>().WriteAsync(new Actor("young", null), "sign_in");
        await app.Database.ScalarAsync<object>("UPDATE audit_log SET at = now() - CASE who WHEN 'old' THEN interval '366 days' ELSE interval '364 days' END WHERE who IN ('old', 'young')");
        await app.Database.ScalarAsync<object>("INSERT INTO account_sessions (id, account_id, security_stamp, created_at, last_seen_at) SELECT gen_random_uuid(), id, 'x', now(), now() - interval '31 days' FROM accounts WHERE name = 'admin'");

        await ActivatorUtilities.CreateInstance<CleanUpJob>(app.Services).CleanUpAsync(TestContext.Current.CancellationToken);

        Assert.Equal("young", await app.Database.ScalarAsync<string>("SELECT string_agg(who, ',') FROM audit_log WHERE who IN ('old', 'young')"));
        Assert.Equal(0L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM account_sessions WHERE last_seen_at < now() - interval '30 days'"));
    }

    [Fact]
    public async Task What_is_done_on_an_open_page_is_written_down_with_the_address_of_its_session()
    {
        _ = app.Database.ConnectionString;
        await app.AddEditorAsync("pageworker");
        var (sessions, account) = (app.Services.GetRequiredService<Sessions>(), await app.Services.GetRequiredService<AccountBook>().FindAsync("pageworker", TestContext.Current.CancellationToken));
        var user = await sessions.OpenAsync(account!, new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse("192.0.2.7") } });
        var acts = new PageActs(new Circuit(user), app.Services.GetRequiredService<IAuthorizationService>(), sessions, app.Services.GetRequiredService<AuditLog>());

        await acts.NoteAsync("keep_segment", "youtube-x 4");

        Assert.Equal((true, false), (await acts.MayAsync(Rights.Correct), await acts.MayAsync(Rights.Steer)));
        Assert.Equal("pageworker 192.0.2.7 youtube-x 4", await app.Database.ScalarAsync<string>("SELECT concat_ws(' ', who, address, subject) FROM audit_log WHERE action = 'keep_segment' AND who = 'pageworker'"));
    }

    [Fact]
    public async Task Signing_in_and_out_stands_in_it()
    {
        using var client = await app.SignedInClientAsync();
        using var left = await ChaffeeApp.SubmitAsync(client, "/account", "/account/sign-out");

        Assert.Equal(HttpStatusCode.Redirect, left.StatusCode);
        Assert.Equal(1L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE who = 'admin' AND action = 'sign_out'"));
        Assert.True(await app.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE who = 'admin' AND action = 'sign_in'") > 0);
    }

    private sealed class Circuit(ClaimsPrincipal user) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(user));
    }
}

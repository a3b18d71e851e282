using System.Net;
using System.Text.RegularExpressions;
using DrChaffee.Web.Features.Account;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Web.Tests.Account;

public sealed class LockOutTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    [Fact]
    public async Task Five_wrong_passwords_lock_an_account_for_every_process_until_its_time_is_over()
    {
        await AddAsync("locked");
        await using var other = new EmptyApp { Variables = [("DATABASE_URL", app.Database.ConnectionString)] };
        await other.InitializeAsync();
        var desk = app.Services.GetRequiredService<SignInDesk>();
        for (var attempt = 0; attempt < SignInDesk.MostWrong; attempt++) Assert.Null((await desk.TryPasswordAsync("locked", "guess", "192.0.2.1", TestContext.Current.CancellationToken)).Account);

        using var elsewhere = other.Client();
        using var refused = await SignInAsync(elsewhere, "locked", ChaffeeApp.Password);
        using var nobody = await SignInAsync(elsewhere, "nobody", ChaffeeApp.Password);
        await app.Database.ScalarAsync<object>("UPDATE accounts SET locked_until = now() - interval '1 second' WHERE name = 'locked'");
        using var after = await SignInAsync(elsewhere, "locked", ChaffeeApp.Password);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Redirect), (refused.StatusCode, after.StatusCode));
        Assert.Equal(await TextAsync(nobody), (await TextAsync(refused)).Replace("value=\"locked\"", "value=\"nobody\"", StringComparison.Ordinal));
        Assert.Equal(5L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'sign_in_wrong' AND who = 'locked'"));
        Assert.Equal(1L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'sign_in_locked' AND who = 'locked'"));
    }

    [Fact]
    public async Task A_right_password_forgives_the_wrong_ones_before_it()
    {
        await AddAsync("forgiven");
        var desk = app.Services.GetRequiredService<SignInDesk>();

        for (var attempt = 0; attempt < 3 * SignInDesk.MostWrong; attempt++)
        {
            var password = attempt % 3 == 2 ? ChaffeeApp.Password : "guess";
            Assert.Equal(password == ChaffeeApp.Password, (await desk.TryPasswordAsync("forgiven", password, "192.0.2.2", TestContext.Current.CancellationToken)).Account is not null);
        }
    }

    [Fact]
    public async Task Many_guesses_at_once_are_counted_one_by_one()
    {
        await AddAsync("hurried");
        var desk = app.Services.GetRequiredService<SignInDesk>();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(n => desk.TryPasswordAsync("hurried", $"guess {n}", "192.0.2.3", CancellationToken.None)));

        Assert.Equal(5, await app.Database.ScalarAsync<int>("SELECT failed_attempts FROM accounts WHERE name = 'hurried'"));
        Assert.True(await app.Database.ScalarAsync<bool>("SELECT locked_until > now() FROM accounts WHERE name = 'hurried'"));
        Assert.Equal(7L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'sign_in_locked' AND who = 'hurried'"));
    }

    [Fact]
    public async Task What_was_typed_as_an_unknown_name_is_not_written_down()
    {
        await AddAsync("known");
        var desk = app.Services.GetRequiredService<SignInDesk>();

        await desk.TryPasswordAsync("my secret password", "known", "192.0.2.4", TestContext.Current.CancellationToken);

        Assert.Equal(1L, await app.Database.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE action = 'sign_in_wrong' AND address = '192.0.2.4' AND who IS NULL AND subject IS NULL AND detail IS NULL"));
    }

    private Task AddAsync(string name)
    {
        _ = app.Database.ConnectionString;
        return app.AddEditorAsync(name);
    }

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, string name, string password) =>
        ChaffeeApp.SubmitAsync(client, "/account/sign-in", ("Entry.Name", name), ("Entry.Password", password));

    /// <summary>The page without what differs each time.</summary>
    private static async Task<string> TextAsync(HttpResponseMessage answer) =>
        Regex.Replace(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "__RequestVerificationToken\" value=\"[^\"]+|<!--Blazor[^>]+>", "", RegexOptions.None, TimeSpan.FromSeconds(1));
}

using DrChaffee.Domain.Settings;
using Microsoft.Extensions.Configuration;

namespace DrChaffee.Web.Tests.Settings;

public sealed class SecretRedactorTests
{
    [Theory]
    [InlineData("postgresql://ann:s3cret@db:5432/library is away", "postgresql://ann:***@db:5432/library is away")]
    [InlineData("redis://:s3cret@cache:6379", "redis://:***@cache:6379")]
    [InlineData("socks5://ann:s3:c@ret@proxy:1080", "socks5://ann:***@proxy:1080")]
    [InlineData("Host=db;Username=ann;Password=s3cret;Port=5432", "Host=db;Username=ann;Password=***;Port=5432")]
    [InlineData("Host=db;Password='s3;cret';Port=5432", "Host=db;Password=***;Port=5432")]
    [InlineData("""{"api_key": "s3cret", "model": "a"}""", """{"api_key": ***, "model": "a"}""")]
    [InlineData("Authorization: Basic YW5uOnMzY3JldA==\nAccept: */*", "Authorization: ***\nAccept: */*")]
    [InlineData("Set-Cookie: drchaffee=abc; path=/", "Set-Cookie: ***")]
    [InlineData("It sent Bearer abcdef.123456", "It sent ***")]
    [InlineData("key sk-proj-0123456789abcdef0123 is refused", "key *** is refused")]
    [InlineData("GET /account/setup?token=abcdef&x=1", "GET /account/setup?token=***&x=1")]
    [InlineData("http://localhost:8080/users?mail=ann@example.org", "http://localhost:8080/users?mail=ann@example.org")]
    [InlineData("The password is wrong.", "The password is wrong.")]
    public void What_looks_like_a_secret_is_taken_out_and_the_rest_stays(string text, string clean) => Assert.Equal(clean, SecretRedactor.WithoutSettings.Clean(text));

    [Fact]
    public void This_machines_own_are_taken_out_wherever_they_stand()
    {
        var redactor = new SecretRedactor(Read(
            ("DATABASE_URL", "postgresql://ann:first%2Fsecret@db/library"), ("ADMIN_PASSWORD", "second secret"), ("OPENAI_API_KEY", "third-secret"), ("YTDLP_PROXY", "http://me:fourth-secret@proxy:1"), ("S3_SECRET", "fifth-secret"),
            ("DATABASE_REPLICA_URLS", "postgresql://ann:sixth-secret@one/library,postgresql://ann:seventh-secret@two/library")));

        var clean = redactor.Clean("a first/secret b second secret c third-secret d fourth-secret e fifth-secret f first%2Fsecret g sixth-secret h seventh-secret i");

        Assert.Equal("a *** b *** c *** d *** e *** f *** g *** h *** i", clean);
    }

    [Fact]
    public void A_short_password_does_not_blacken_every_word_that_holds_it() =>
        Assert.Equal("The cat sat.", new SecretRedactor(Read(("DATABASE_URL", "postgresql://ann:cat@db/library"))).Clean("The cat sat."));

    private static ChaffeeSettings Read(params (string Name, string? Value)[] variables) =>
        ChaffeeSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(variables.ToDictionary(v => v.Name, v => v.Value)).Build());
}

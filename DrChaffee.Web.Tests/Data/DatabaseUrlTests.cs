using DrChaffee.Domain.Data;
using Npgsql;

namespace DrChaffee.Web.Tests.Data;

public sealed class DatabaseUrlTests
{
    [Fact]
    public void A_url_with_percent_escapes_and_parameters_is_understood()
    {
        var builder = Parse("postgresql://prod%40api:p%3Aa%2Fss@db.example.org:6543/dr%20chaffee?sslmode=verify-full&application_name=nightly&connect_timeout=7");

        Assert.Equal("prod@api", builder.Username);
        Assert.Equal("p:a/ss", builder.Password);
        Assert.Equal("db.example.org", builder.Host);
        Assert.Equal(6543, builder.Port);
        Assert.Equal("dr chaffee", builder.Database);
        Assert.Equal(SslMode.VerifyFull, builder.SslMode);
        Assert.Equal("nightly", builder.ApplicationName);
        Assert.Equal(7, builder.Timeout);
    }

    [Theory]
    [InlineData("postgres://user@localhost/db", "localhost", 5432)]
    [InlineData("postgresql://user:pass@[::1]:5433/db", "::1", 5433)]
    [InlineData("postgresql://user:pass@[::1]/db", "::1", 5432)]
    [InlineData("postgresql://%2Ftmp%2Fsocket/db", "/tmp/socket", 5432)]
    [InlineData("postgresql:///db?host=/tmp/socket&port=5555", "/tmp/socket", 5555)]
    [InlineData("Host=server;Port=1234;Database=db", "server", 1234)]
    public void Every_form_of_host_and_port_is_understood(string url, string host, int port)
    {
        var builder = Parse(url);

        Assert.Equal((host, port), (builder.Host, builder.Port));
    }

    [Fact]
    public void Every_connection_carries_the_settings_that_vector_search_needs()
    {
        var builder = Parse("postgresql://u@h/d?options=-c%20statement_timeout%3D5s");

        Assert.Equal("-c statement_timeout=5s -c hnsw.ef_search=100 -c hnsw.iterative_scan=relaxed_order -c hnsw.max_scan_tuples=200000 -c jit=off", builder.Options);
    }

    [Theory]
    [InlineData("mysql://u:secret@h/d")]
    [InlineData("postgresql://u:secret@h:port/d")]
    [InlineData("postgresql://u:secret@h/d?sslmode=sometimes")]
    [InlineData("postgresql://u:secret@h/d?frobnicate=yes")]
    [InlineData("nonsense")]
    [InlineData("Database=only")]
    public void A_fault_is_one_sentence_that_says_what_to_write_and_keeps_the_password_to_itself(string url)
    {
        var parsed = DatabaseUrl.TryParse(url, out _, out var fault);

        Assert.False(parsed);
        Assert.StartsWith("DATABASE_URL ", fault, StringComparison.Ordinal);
        Assert.Contains("postgresql://user:password@host:5432/database", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    private static NpgsqlConnectionStringBuilder Parse(string url)
    {
        Assert.True(DatabaseUrl.TryParse(url, out var connectionString, out var fault), fault);
        return new NpgsqlConnectionStringBuilder(connectionString);
    }
}

using System.Net;
using System.Net.Sockets;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.Download;

public sealed class AddressGuardTests
{
    private static readonly ChaffeeSettings Settings = new() { ConnectionString = "" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://127.0.1/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://0/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://①②⑦.0.0.1/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[::127.0.0.1]/")]
    [InlineData("http://[64:ff9b::169.254.169.254]/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://2852039166/latest/meta-data/")]
    [InlineData("http://100.100.100.200/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://192.0.0.192/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://LOCALHOST./")]
    [InlineData("http://a.localhost/")]
    [InlineData("gopher://example.org/")]
    [InlineData("http:/\\127.0.0.1/")]
    [InlineData("http://example.org@127.0.0.1/")]
    [InlineData("http://127.0.0.1#@example.org/")]
    [InlineData("http://127.0.0.1\\@example.org/")]
    public void The_inside_is_refused_however_it_is_written(string address) =>
        Assert.Equal(FailureClass.Unsupported, Assert.Throws<SourceFailedException>(() => new AddressGuard(Settings).Check(address)).FailureClass);

    [Fact]
    public async Task A_name_is_asked_for_once_and_what_was_looked_at_is_what_is_connected_to()
    {
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsync("here"));
        var asked = 0;
        var guard = new AddressGuard(address => address.Equals(IPAddress.Parse("127.0.0.2")))
        {
            Resolve = (_, _) => Task.FromResult(Interlocked.Increment(ref asked) == 1 ? new[] { IPAddress.Parse("127.0.0.2"), IPAddress.Loopback } : [IPAddress.Parse("127.0.0.2")]),
        };

        using var socket = await guard.ConnectAsync("changes.example", server.Address.Port, Token);
        var second = await Assert.ThrowsAsync<SourceFailedException>(() => guard.ConnectAsync("changes.example", server.Address.Port, Token));

        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)socket.RemoteEndPoint!).Address.MapToIPv4());
        Assert.Equal(2, asked);
        Assert.Contains("which is not fetched", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_to_a_name_that_stands_for_the_inside_is_not_followed()
    {
        await using var server = await LocalServer.StartAsync(context =>
        {
            context.Response.Redirect($"http://inside.example:{context.Connection.LocalPort}/");
            return Task.CompletedTask;
        });
        var guard = new AddressGuard(address => address.Equals(IPAddress.Parse("127.0.0.2")))
        {
            Resolve = (host, _) => Task.FromResult(new[] { host == "inside.example" ? IPAddress.Parse("127.0.0.2") : IPAddress.Loopback }),
        };
        using var web = new PublicWeb(guard, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<SourceFailedException>(() => web.OpenAsync($"http://outside.example:{server.Address.Port}/", prepare: null, Token));

        Assert.StartsWith("inside.example is an address of this machine or of its own network", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metadata.google.internal", "169.254.169.254")]
    [InlineData("mapped.example", "::ffff:10.0.0.1")]
    [InlineData("unspecified.example", "::")]
    public async Task What_a_name_stands_for_decides(string host, string address)
    {
        var guard = new AddressGuard(Settings) { Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Parse(address) }) };

        await Assert.ThrowsAsync<SourceFailedException>(() => guard.ConnectAsync(host, 80, Token));
    }

    [Fact]
    public async Task A_name_that_stands_for_nothing_is_no_refusal()
    {
        var guard = new AddressGuard(Settings) { Resolve = (_, _) => Task.FromResult(Array.Empty<IPAddress>()) };

        var fault = await Assert.ThrowsAsync<SocketException>(() => guard.ConnectAsync("nobody.example", 80, Token));

        Assert.Equal(SocketError.HostNotFound, fault.SocketErrorCode);
    }
}

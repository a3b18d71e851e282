using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DrChaffee.Ingestion.Download;
using DrChaffee.Ingestion.Download.YtDlp;
using DrChaffee.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;

namespace DrChaffee.Web.Tests.Download;

/// <summary>Tunnels through the gate of yt-dlp; 127.0.0.1 stands for the world here, and 127.0.0.2 for the inside.</summary>
public sealed class GuardedProxyTests : IAsyncDisposable
{
    private readonly GuardedProxy _proxy = Start();
    private readonly TcpClient _client = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_tunnel_to_an_allowed_address_carries_TLS_untouched()
    {
        using var certificate = OwnCertificate.Create();
        await using var server = await LocalServer.StartAsync(context => context.Response.WriteAsync("What is said in private."), certificate);
        var (tunnel, answer) = await OpenAsync($"127.0.0.1:{server.Address.Port}");

        X509Certificate? seen = null;
        await using var secure = new SslStream(tunnel, leaveInnerStreamOpen: false, (_, shown, _, _) => (seen = shown)?.GetCertHashString() == certificate.GetCertHashString());
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "127.0.0.1" }, Token);
        await secure.WriteAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"u8.ToArray(), Token);
        var said = await new StreamReader(secure).ReadToEndAsync(Token);

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("What is said in private.", said, StringComparison.Ordinal);
        Assert.NotNull(seen);
        Assert.Null(_proxy.RefusedHost);
    }

    [Fact]
    public async Task A_tunnel_to_the_inside_is_refused_before_anyone_there_is_asked()
    {
        using var inside = new TcpListener(IPAddress.Parse("127.0.0.2"), 0);
        inside.Start();

        var (tunnel, answer) = await OpenAsync($"{inside.LocalEndpoint}");

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        Assert.Equal(0, await tunnel.ReadAsync(new byte[1], Token));
        Assert.Equal("127.0.0.2", _proxy.RefusedHost);
        Assert.False(inside.Pending());
    }

    [Fact]
    public async Task A_tunnel_to_where_nobody_listens_says_so()
    {
        var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var place = $"{unused.LocalEndpoint}";
        unused.Stop();

        var (_, answer) = await OpenAsync(place);

        Assert.StartsWith("HTTP/1.1 502 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tunnel_in_which_nothing_moves_ends_with_the_run()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var ended = Start();
        var (tunnel, answer) = await OpenAsync($"{silent.LocalEndpoint}", ended);
        using var other = await silent.AcceptSocketAsync(Token);
        var nothing = tunnel.ReadAsync(new byte[1], Token).AsTask();

        await ended.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Equal(0, await EndAsync(nothing));
        Assert.Equal(0, await EndAsync(other.ReceiveAsync(new byte[1], Token).AsTask()));
    }

    [Fact]
    public async Task Whoever_hangs_up_hangs_up_for_both()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (tunnel, _) = await OpenAsync($"{listener.LocalEndpoint}");

        using (await listener.AcceptSocketAsync(Token))
        {
        }

        Assert.Equal(0, await EndAsync(tunnel.ReadAsync(new byte[1], Token).AsTask()));
    }

    private static GuardedProxy Start() => GuardedProxy.Start(new AddressGuard(address => address.Equals(IPAddress.Parse("127.0.0.2"))));

    private async Task<(NetworkStream Tunnel, string Answer)> OpenAsync(string place, GuardedProxy? proxy = null)
    {
        var gate = new Uri((proxy ?? _proxy).Address);
        await _client.ConnectAsync(gate.Host, gate.Port, Token);
        var stream = _client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n"), Token);
        var (answer, next) = (new StringBuilder(), new byte[1]);
        while (!answer.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(next, Token) > 0) answer.Append((char)next[0]);
        return (stream, answer.ToString());
    }

    /// <summary>The end of a connection; a reset is one too.</summary>
    private static async Task<int> EndAsync(Task<int> reading)
    {
        try
        {
            return await reading;
        }
        catch (Exception ex) when (ex is IOException or SocketException)
        {
            return 0;
        }
    }
}

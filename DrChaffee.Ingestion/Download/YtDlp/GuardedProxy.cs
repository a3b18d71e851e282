using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Download.YtDlp;

/// <summary>
/// The gate that yt-dlp asks through: a proxy on this machine for one run, which connects to what <see cref="AddressGuard"/> allows and to nothing else. It sees each
/// connection that is really made, so that a redirect or a name that changed its address leads nowhere either. What passes is not looked into.
/// </summary>
internal sealed class GuardedProxy : IAsyncDisposable
{
    private const int LongestHead = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<Task, bool> _open = new();
    private readonly AddressGuard _guard;
    private readonly Task _accepting;

    private GuardedProxy(AddressGuard guard)
    {
        _guard = guard;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>A host that was asked for and must not be; null where there was none.</summary>
    public string? RefusedHost { get; private set; }

    public static GuardedProxy Start(AddressGuard guard) => new(guard);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_open.Keys);
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_ended.Token);
                var serving = ServeAsync(client);
                _open[serving] = true;
                _ = serving.ContinueWith(done => _open.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The run has ended.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        try
        {
            await using var client = new NetworkStream(socket, ownsSocket: true);
            if (await ReadHeadAsync(client) is not var (head, rest) || Target.Of(head) is not { } target) return;
            NetworkStream server;
            try
            {
                server = new NetworkStream(await _guard.ConnectAsync(target.Host, target.Port, _ended.Token), ownsSocket: true);
            }
            catch (SourceFailedException)
            {
                RefusedHost = target.Host;
                await client.WriteAsync("HTTP/1.1 403 Address refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _ended.Token);
                return;
            }
            catch (SocketException)
            {
                await client.WriteAsync("HTTP/1.1 502 Connection failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _ended.Token);
                return;
            }

            await using (server)
            {
                if (target.Head is null) await client.WriteAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray(), _ended.Token);
                else await server.WriteAsync(target.Head, _ended.Token);
                await server.WriteAsync(rest, _ended.Token);
                await Task.WhenAny(client.CopyToAsync(server, _ended.Token), server.CopyToAsync(client, _ended.Token)); // either end may hang up for both
            }
        }
        catch (Exception ex) when (ex is IOException or OperationCanceledException or SocketException or ObjectDisposedException or UriFormatException)
        {
            // One end hung up, or asked for a host that cannot be; the other sees it.
        }
    }

    /// <summary>The head of the request, with its empty line, and what came after it already.</summary>
    private async Task<(string Head, ReadOnlyMemory<byte> Body)?> ReadHeadAsync(NetworkStream client)
    {
        var buffer = new byte[LongestHead];
        for (var length = 0; length < buffer.Length;)
        {
            var read = await client.ReadAsync(buffer.AsMemory(length), _ended.Token);
            if (read == 0) return null;
            length += read;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0) return (Encoding.Latin1.GetString(buffer, 0, end + 4), buffer.AsMemory(end + 4, length - end - 4));
        }

        return null;
    }

    /// <param name="Head">What the server is sent; null for a tunnel.</param>
    private sealed record Target(string Host, int Port, byte[]? Head)
    {
        public static Target? Of(string head)
        {
            var lines = head.Split("\r\n");
            if (lines[0].Split(' ') is not [var method, var asked, var version]) return null;
            if (method == "CONNECT") return Uri.TryCreate($"https://{asked}", UriKind.Absolute, out var tunnel) ? new Target(tunnel.IdnHost.Trim('[', ']'), tunnel.Port, null) : null;
            if (!Uri.TryCreate(asked, UriKind.Absolute, out var address) || address.Scheme != "http") return null;
            // One request a connection: a second one could be for another host.
            var kept = lines[1..].TakeWhile(line => line.Length > 0).Where(line =>
                !line.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase));
            var text = $"{method} {address.PathAndQuery} {version}\r\n{string.Concat(kept.Select(line => line + "\r\n"))}Connection: close\r\n\r\n";
            return new Target(address.IdnHost.Trim('[', ']'), address.Port, Encoding.Latin1.GetBytes(text));
        }
    }
}

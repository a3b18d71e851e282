using System.Net;
using System.Net.Sockets;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Download;

/// <summary>Keeps what is fetched off this machine and its network: an address that anyone may name must not reach what only the inside may.</summary>
internal sealed class AddressGuard
{
    /// <summary>IANA's special-purpose registries: what is not reachable over the public internet, and what stands for another address.</summary>
    private static readonly IPNetwork[] NotPublic = [.. ((string[])[
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ]).Select(IPNetwork.Parse)];

    private readonly Func<IPAddress, bool> _isRefused;

    public AddressGuard(ChaffeeSettings settings) => _isRefused = settings.Fetch.PrivateAddressesAllowed ? _ => false : IsPrivate;

    internal AddressGuard(Func<IPAddress, bool> isRefused) => _isRefused = isRefused;

    public static bool IsPrivate(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(NotPublic, network => network.Contains(plain));
    }

    /// <summary>Whether it may be asked at all, as far as it can be told without asking for its name: http or https, with a host that is not a refused one.</summary>
    /// <exception cref="SourceFailedException">It may not; the message says why.</exception>
    public Uri Check(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0 || TryName(address) is not { } host)
            throw new SourceFailedException(FailureClass.Unsupported, $"'{text}' is not an address that can be fetched: give one that begins with http:// or https://.");
        if (address.UserInfo.Length > 0) throw new SourceFailedException(FailureClass.Unsupported, $"The address of {address.Host} holds a name or password; give it without.");
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal) && _isRefused(literal)) throw Refused(address.Host);
        if ((host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)) && _isRefused(IPAddress.Loopback)) throw Refused(address.Host);
        return address;
    }

    /// <summary>The host as it is asked for; null where it holds what no name may.</summary>
    private static string? TryName(Uri address)
    {
        try
        {
            return address.IdnHost.TrimEnd('.');
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    public static SourceFailedException Refused(string host) =>
        new(FailureClass.Unsupported, $"{host} is an address of this machine or of its own network, which is not fetched; set ALLOW_PRIVATE_ADDRESSES=true if that is wanted.", new PlaceException($"{host} was refused before it was asked.") { Host = host.ToLowerInvariant() });

    /// <summary>Asks what addresses a name stands for.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Connects to the first of the host's addresses that answers and may be asked: what the name stands for at this very moment is what is looked at.</summary>
    /// <exception cref="SourceFailedException">It has only refused ones.</exception>
    /// <exception cref="SocketException">None answers, or there is no such host.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await Resolve(host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => !_isRefused(address));
        if (allowed.Length == 0) throw addresses.Length == 0 ? new SocketException((int)SocketError.HostNotFound) : Refused(host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        new NetworkStream(await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken), ownsSocket: true);
}

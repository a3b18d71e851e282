using System.Net;
using System.Net.Sockets;

namespace DrChaffee.Web.Features.Guard;

/// <summary>Who counts as one client.</summary>
internal static class ClientAddress
{
    /// <summary>One customer of a provider has a whole /64 of IPv6 addresses.</summary>
    public static string Key(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)) : address.ToString();
    }
}

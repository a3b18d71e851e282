using System.Net;
using System.Net.Sockets;

namespace DrChaffee.Web.Tests.Deploy;

/// <summary>Which programs of the system are there, and which ports are free.</summary>
internal static class Installation
{
    private static readonly string[] Folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/sbin"];

    public static bool Has(string program) => Find(program) is not null;

    public static string PathOf(string program) => Find(program) ?? throw new FileNotFoundException($"{program} is not installed.");

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? Find(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}

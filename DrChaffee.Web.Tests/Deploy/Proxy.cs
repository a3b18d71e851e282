using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Deploy;

/// <summary>nginx or Caddy with the example of <c>deploy/</c>, on ports and with a certificate of its own.</summary>
internal sealed class Proxy : IAsyncDisposable
{
    private readonly TestFolder _folder;
    private readonly Process _process;
    private readonly string _certificate;

    private Proxy(TestFolder folder, Process process, int port, string certificate) =>
        (_folder, _process, Port, _certificate) = (folder, process, port, certificate);

    public int Port { get; }

    /// <summary>Trusts this proxy's certificate alone, follows no redirects and keeps cookies.</summary>
    public HttpClient Client() => new(Handler()) { BaseAddress = new Uri($"https://127.0.0.1:{Port}") };

    public static async Task<Proxy> StartAsync(string name, Uri behind)
    {
        Assert.SkipUnless(Installation.Has(name), $"{name} is not installed.");
        var folder = new TestFolder();
        var (port, plainPort) = (Installation.FreePort(), Installation.FreePort());
        using var certificate = OwnCertificate.Create();
        folder.Write("certificate.pem", certificate.ExportCertificatePem());
        folder.Write("key.pem", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var file = name is "nginx" ? Nginx(folder, behind, port, plainPort) : Caddy(folder, behind, port, plainPort);
        string[] arguments = name is "nginx" ? ["-c", file, "-p", folder.Path, "-g", "daemon off;"] : ["run", "--adapter", "caddyfile", "--config", file];
        var start = new ProcessStartInfo(Installation.PathOf(name), arguments) { UseShellExecute = false, RedirectStandardError = true };
        start.Environment["XDG_DATA_HOME"] = start.Environment["XDG_CONFIG_HOME"] = folder.Path;
        var proxy = new Proxy(folder, Process.Start(start)!, port, certificate.GetCertHashString());
        var errors = proxy._process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await Poll.UntilAsync(async () => proxy._process.HasExited ? throw new InvalidOperationException(await errors) : await IsOpenAsync(port));
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static string Nginx(TestFolder folder, Uri behind, int port, int plainPort)
    {
        folder.Write("drchaffee.conf", Example("nginx.conf", behind)
            .Replace("[::]:", "127.0.0.2:", StringComparison.Ordinal)
            .Replace("listen 80;", $"listen 127.0.0.1:{plainPort};", StringComparison.Ordinal).Replace("127.0.0.2:80;", $"127.0.0.2:{plainPort};", StringComparison.Ordinal)
            .Replace("listen 443 ", $"listen 127.0.0.1:{port} ", StringComparison.Ordinal).Replace("127.0.0.2:443 ", $"127.0.0.2:{port} ", StringComparison.Ordinal)
            .Replace("/etc/letsencrypt/live/talks.example.org/fullchain.pem", $"{folder.Path}/certificate.pem", StringComparison.Ordinal)
            .Replace("/etc/letsencrypt/live/talks.example.org/privkey.pem", $"{folder.Path}/key.pem", StringComparison.Ordinal));
        return folder.Write("nginx.conf", $$"""
            master_process off; # as whoever runs the test
            pid {{folder.Path}}/nginx.pid;
            error_log stderr;
            events { }
            http {
                access_log off;
                client_body_temp_path {{folder.Path}}/body;
                proxy_temp_path {{folder.Path}}/proxy;
                fastcgi_temp_path {{folder.Path}}/fastcgi;
                uwsgi_temp_path {{folder.Path}}/uwsgi;
                scgi_temp_path {{folder.Path}}/scgi;
                include {{folder.Path}}/drchaffee.conf;
            }
            """);
    }

    private static string Caddy(TestFolder folder, Uri behind, int port, int plainPort) => folder.Write("Caddyfile", $$"""
        {
            admin off
            auto_https off
            http_port {{plainPort}}
        }

        """ + Example("Caddyfile", behind)
            .Replace("talks.example.org {", $"https://127.0.0.1:{port} {{\n\ttls {folder.Path}/certificate.pem {folder.Path}/key.pem", StringComparison.Ordinal));

    private static string Example(string name, Uri behind) =>
        File.ReadAllText(RepositoryFolder.Of($"deploy/{name}")).Replace("127.0.0.1:8080", behind.Authority, StringComparison.Ordinal);

    private SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == _certificate },
    };

    private static async Task<bool> IsOpenAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Ingestion.Discovery.Podcasts;

/// <summary>Keeps each feed's last content on this machine: a server that says "not modified" is taken at its word only where that content is still here.</summary>
internal sealed class FeedCache(ChaffeeSettings settings)
{
    private string Folder => Path.Combine(settings.DataDirectory, "feeds");

    /// <summary>The content that the row's validators belong to, or null.</summary>
    public string? PathOf(Channel channel) =>
        (channel.Etag ?? (object?)channel.LastModified) is not null && PathOf(channel.Address, channel.Etag, channel.LastModified) is var path && File.Exists(path) ? path : null;

    public async Task KeepAsync(string address, string? etag, DateTimeOffset? modified, byte[] content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        foreach (var old in Directory.EnumerateFiles(Folder, $"{Name(address)}-*.xml")) File.Delete(old);
        var path = PathOf(address, etag, modified);
        var unfinished = $"{path}.{Guid.NewGuid():N}.part";
        await File.WriteAllBytesAsync(unfinished, content, cancellationToken);
        File.Move(unfinished, path, overwrite: true);
    }

    private string PathOf(string address, string? etag, DateTimeOffset? modified) => Path.Combine(Folder, $"{Name(address)}-{Name($"{etag}|{modified?.ToUnixTimeSeconds()}")}.xml");

    private static string Name(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..20];
}

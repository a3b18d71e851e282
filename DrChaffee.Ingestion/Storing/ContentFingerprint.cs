using System.Security.Cryptography;

namespace DrChaffee.Ingestion.Storing;

/// <summary>Names the content of a file by its SHA-256.</summary>
internal static class ContentFingerprint
{
    private const int BufferSize = 1 << 20;

    public static async Task<string> OfAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    /// <summary>Of a transcript: also names the readers, so that files are read again when those have become better.</summary>
    public static async Task<string> OfTranscriptAsync(string path, CancellationToken cancellationToken) =>
        $"{await OfAsync(path, cancellationToken)}/{Transcription.CaptionTranscriber.ReaderVersion}";

    /// <summary>For a plan, which one unreadable file must not stop: such a file is named by its path, and its own stage finds what is wrong with it.</summary>
    public static async Task<string> OrOfPathAsync(Func<string, CancellationToken, Task<string>> fingerprint, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await fingerprint(path, cancellationToken);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(path)));
        }
    }
}

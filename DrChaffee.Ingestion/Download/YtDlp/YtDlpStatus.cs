using System.Text.Json;
using System.Text.Json.Serialization;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;

namespace DrChaffee.Ingestion.Download.YtDlp;

/// <summary>What yt-dlp last failed with on this machine, for <c>drchaffee doctor</c> and the pages, whichever process met it.</summary>
public sealed class YtDlpStatus(ChaffeeSettings settings, TimeProvider time)
{
    private const int LongestDetail = 20_000;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    private string File => Path.Combine(settings.DataDirectory, "yt-dlp-last-error.json");

    /// <summary>Null where it never failed here.</summary>
    public async Task<YtDlpError?> LastErrorAsync(CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize<YtDlpError>(await System.IO.File.ReadAllTextAsync(File, cancellationToken), Json);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    internal async Task NoteAsync(FailureClass failureClass, string sentence, Uri? address, string? detail)
    {
        try
        {
            Directory.CreateDirectory(settings.DataDirectory);
            var text = JsonSerializer.Serialize(new YtDlpError(time.GetUtcNow(), failureClass, sentence, address?.AbsoluteUri, detail is { Length: > LongestDetail } ? detail[..LongestDetail] : detail), Json);
            var unfinished = $"{File}.{Guid.NewGuid():N}.part";
            await System.IO.File.WriteAllTextAsync(unfinished, text);
            System.IO.File.Move(unfinished, File, overwrite: true);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // The failure itself is told all the same.
        }
    }
}

/// <summary>One failure of yt-dlp.</summary>
/// <param name="Sentence">What it means.</param>
/// <param name="Detail">All that it said.</param>
public sealed record YtDlpError(DateTimeOffset At, FailureClass Class, string Sentence, string? Address, string? Detail);

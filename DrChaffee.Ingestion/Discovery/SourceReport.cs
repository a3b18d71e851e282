using System.Globalization;
using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Download.YtDlp;

namespace DrChaffee.Ingestion.Discovery;

/// <summary>What this machine can take recordings from, for <c>drchaffee doctor</c> and the pages.</summary>
public sealed class SourceReport
{
    private readonly ChaffeeSettings _settings;
    private readonly YtDlpProgram _program;
    private readonly YtDlpStatus _status;

    internal SourceReport(ChaffeeSettings settings, YtDlpProgram program, YtDlpStatus status) => (_settings, _program, _status) = (settings, program, status);

    public static string BuiltWith => $"local folder, podcast feed, plain HTTP, yt-dlp{(SourceServices.HasYoutube ? ", YoutubeExplode" : "")}";

    /// <summary>Its version, and what it last failed with.</summary>
    public async Task<Finding> ExamineYtDlpAsync(CancellationToken cancellationToken)
    {
        if (await _program.VersionAsync(cancellationToken) is not { } version)
            return new Finding("yt-dlp", FindingState.Info, $"'{_settings.Fetch.YtDlpPath}' does not run, so channels and playlists cannot be listed; install yt-dlp, or set YTDLP_PATH.");
        var last = await _status.LastErrorAsync(cancellationToken) is { } error
            ? string.Create(CultureInfo.InvariantCulture, $" Its last error ({error.At:yyyy-MM-dd HH:mm} UTC, {SnakeCase.Name(error.Class)}): {error.Sentence}") : "";
        return new Finding("yt-dlp", FindingState.Ok, $"Version {version}.{last}");
    }
}

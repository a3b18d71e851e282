using System.Globalization;
using System.Text;
using CliWrap;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Decoding;

/// <summary>Asks ffprobe how long a recording is.</summary>
internal sealed class MediaProbe(ChaffeeSettings settings)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Null where the container does not say.</summary>
    public async Task<TimeSpan?> DurationAsync(string path, CancellationToken cancellationToken)
    {
        if (new FileInfo(path) is { Exists: true, Length: 0 }) throw new SourceFailedException(FailureClass.Broken, $"{Path.GetFileName(path)} is empty.");
        var answer = new StringBuilder();
        await MediaTool.RunAsync(
            settings.FfprobePath, ["-v", "error", "-select_streams", "a:0", "-show_entries", "stream=codec_type:format=duration", "-of", "default=noprint_wrappers=1", path],
            PipeTarget.ToStringBuilder(answer), Limit, settings.Guard.ToolMemory, cancellationToken);

        var lines = answer.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (!lines.Contains("codec_type=audio"))
            throw new SourceFailedException(FailureClass.Broken, $"{Path.GetFileName(path)} holds no audio.");
        var duration = Array.Find(lines, line => line.StartsWith("duration=", StringComparison.Ordinal))?["duration=".Length..];
        return double.TryParse(duration, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? TimeSpan.FromSeconds(seconds) : null;
    }
}

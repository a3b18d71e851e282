using System.Globalization;
using CliWrap;
using DrChaffee.Domain.Settings;

namespace DrChaffee.Ingestion.Decoding;

/// <summary>Turns any media into 16 kHz mono PCM by ffmpeg: the time stamps of compressed formats drift, PCM does not.</summary>
internal sealed class AudioDecoder(ChaffeeSettings settings)
{
    /// <summary>Writes the samples to <paramref name="wavPath"/>; leaves nothing there if it fails.</summary>
    public async Task DecodeAsync(string mediaPath, string wavPath, TimeSpan? duration, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var finished = false;
        try
        {
            await MediaTool.RunAsync(
                settings.FfmpegPath,
                ["-nostdin", "-v", "error", "-progress", "pipe:1", "-y", "-i", mediaPath, "-map", "0:a:0", "-ac", "1", "-ar", "16000", "-c:a", "pcm_s16le", "-f", "wav", wavPath],
                PipeTarget.ToDelegate(line => Report(line, duration, progress)), LimitFor(duration), settings.Guard.ToolMemory, cancellationToken);
            finished = true;
        }
        finally
        {
            if (!finished) File.Delete(wavPath);
        }
    }

    private static void Report(string line, TimeSpan? duration, IProgress<double> progress)
    {
        if (duration is not { } whole || !line.StartsWith("out_time_us=", StringComparison.Ordinal)) return;
        if (long.TryParse(line.AsSpan("out_time_us=".Length), CultureInfo.InvariantCulture, out var microseconds))
            progress.Report(Math.Clamp(microseconds / 1e6 / whole.TotalSeconds, 0, 1));
    }

    /// <summary>Decoding is tens of times faster than real time; one that takes as long as the recording hangs.</summary>
    private static TimeSpan LimitFor(TimeSpan? duration) => TimeSpan.FromMinutes(10) + (duration ?? TimeSpan.FromHours(6));
}

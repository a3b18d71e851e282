using System.Globalization;
using CliWrap;

namespace DrChaffee.Benchmarks.Pipeline;

/// <summary>A folder of recordings of uneven length, all of them a tone.</summary>
internal sealed class GeneratedAudio : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("chaffee-audio-").FullName;

    /// <param name="ffmpeg">The program that makes them.</param>
    public static async Task<GeneratedAudio> MakeAsync(string ffmpeg, TimeSpan whole, int recordings, CancellationToken cancellationToken)
    {
        var audio = new GeneratedAudio();
        var random = new Random(17);
        double[] shares = [.. Enumerable.Range(0, recordings).Select(_ => Math.Exp(1.2 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)))]; // the longest some twenty times the shortest
        for (var i = 0; i < recordings; i++)
        {
            var seconds = whole.TotalSeconds * shares[i] / shares.Sum();
            await Cli.Wrap(ffmpeg).WithArguments(
            [
                "-nostdin", "-v", "error", "-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"sine=frequency={200 + i}:sample_rate=22050:duration={seconds:F3}"),
                "-c:a", "flac", "-compression_level", "0", Path.Combine(audio.Folder, string.Create(CultureInfo.InvariantCulture, $"talk {i:000}.flac")),
            ]).ExecuteAsync(cancellationToken);
        }

        return audio;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

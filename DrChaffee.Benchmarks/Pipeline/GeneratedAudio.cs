using System.Globalization;
using CliWrap;
using CliWrap.Exceptions;

namespace DrChaffee.Benchmarks.Pipeline;

/// <summary>A folder of recordings of uneven length, MP3 as podcasts are: sentences that ffmpeg's own voice (flite) reads, again and again, or a tone where it has none.</summary>
internal sealed class GeneratedAudio : IDisposable
{
    private const int Sentences = 60;

    private readonly string _ffmpeg;

    private GeneratedAudio(string ffmpeg) => _ffmpeg = ffmpeg;

    public string Folder { get; } = Directory.CreateTempSubdirectory("chaffee-audio-").FullName;

    /// <summary>False for a tone, in which nobody can be heard.</summary>
    public bool IsSpoken { get; private set; }

    public IReadOnlyList<GeneratedRecording> Recordings { get; private set; } = [];

    private string Beginning => Path.Combine(Folder, "beginning.mp3");

    /// <param name="ffmpeg">The program that makes them.</param>
    public static async Task<GeneratedAudio> MakeAsync(string ffmpeg, TimeSpan whole, int recordings, CancellationToken cancellationToken)
    {
        var audio = new GeneratedAudio(ffmpeg);
        await audio.MakeBeginningAsync(cancellationToken);
        var random = new Random(17);
        double[] shares = [.. Enumerable.Range(0, recordings).Select(_ => Math.Exp(1.2 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)))]; // the longest some twenty times the shortest
        List<GeneratedRecording> made = [];
        for (var i = 0; i < recordings; i++)
            made.Add(await audio.MakeAsync(string.Create(CultureInfo.InvariantCulture, $"talk-{i:000}.mp3"), whole * (shares[i] / shares.Sum()), cancellationToken));
        audio.Recordings = made;
        return audio;
    }

    /// <summary>One more, as long as it is said to be.</summary>
    public async Task<GeneratedRecording> MakeAsync(string name, TimeSpan length, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Folder, name);
        await RunAsync(["-stream_loop", "-1", "-i", Beginning, "-t", length.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture), "-c", "copy", path], cancellationToken);
        return new GeneratedRecording(path, length);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private async Task MakeBeginningAsync(CancellationToken cancellationToken)
    {
        var random = new Random(17);
        var text = Path.Combine(Folder, "text.txt");
        await File.WriteAllLinesAsync(text, Enumerable.Range(0, Sentences).Select(_ => Babble.Sentence(random)), cancellationToken);
        try
        {
            await EncodeAsync($"flite=textfile={text}:voice=slt", cancellationToken);
            IsSpoken = true;
        }
        catch (CommandExecutionException)
        {
            await EncodeAsync("sine=frequency=200:sample_rate=16000:duration=240", cancellationToken);
        }
    }

    private Task EncodeAsync(string source, CancellationToken cancellationToken) =>
        RunAsync(["-f", "lavfi", "-i", source, "-ac", "1", "-c:a", "libmp3lame", "-b:a", "64k", Beginning], cancellationToken);

    private async Task RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        await Cli.Wrap(_ffmpeg).WithArguments(["-nostdin", "-v", "error", "-y", .. arguments]).ExecuteAsync(cancellationToken);
}

internal sealed record GeneratedRecording(string Path, TimeSpan Length);

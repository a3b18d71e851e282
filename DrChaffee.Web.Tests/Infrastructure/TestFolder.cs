using System.Globalization;
using DrChaffee.Benchmarks.Soak;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>A folder of its own for one test; gone at the end.</summary>
public sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("chaffee-test-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A tone that ffmpeg can read.</summary>
    public string WriteWav(string name, double seconds = 1, int hertz = 440)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Tone.Wav(seconds, hertz));
        return path;
    }

    /// <summary>Captions of two seconds each.</summary>
    public string WriteSrt(string name, params string[] lines) => Write(name, string.Join("\n\n", lines.Select((line, i) =>
        string.Create(CultureInfo.InvariantCulture, $"{i + 1}\n{Stamp(2 * i)} --> {Stamp(2 * i + 2)}\n{line}"))) + "\n");

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Stamp(int seconds) => TimeSpan.FromSeconds(seconds).ToString(@"hh\:mm\:ss\,fff", CultureInfo.InvariantCulture);
}

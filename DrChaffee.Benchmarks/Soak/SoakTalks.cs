using System.Globalization;

namespace DrChaffee.Benchmarks.Soak;

/// <summary>Recordings of a tone with captions that say which recording and which line they are, so that nothing lost or doubled goes unseen.</summary>
internal sealed class SoakTalks : IDisposable
{
    private readonly Dictionary<string, string[]> _lines = new(StringComparer.Ordinal);

    public SoakTalks(int recordings)
    {
        for (var i = 0; i < recordings; i++) Add();
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("chaffee-soak-").FullName;

    /// <summary>The lines of each recording, by the path of its media.</summary>
    public IReadOnlyDictionary<string, string[]> Lines => _lines;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>One more, which the next process that starts finds.</summary>
    public void Add()
    {
        var number = _lines.Count;
        var path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"talk {number:000}.wav"));
        string[] lines = [.. Enumerable.Range(0, 20 + number * 7 % 60).Select(line => $"Recording {number} comes to line {line}, and goes on from there to the one after it.")];
        File.WriteAllText(Path.ChangeExtension(path, ".srt"), string.Join("\n\n", lines.Select((text, i) => $"{i + 1}\n{Stamp(3 * i)} --> {Stamp(3 * i + 3)}\n{text}")) + "\n");
        File.WriteAllBytes(path + ".part", Tone.Wav(1 + number % 3, 200 + number));
        File.Move(path + ".part", path); // a process may look at any moment
        _lines[path] = lines;
    }

    private static string Stamp(int seconds) => TimeSpan.FromSeconds(seconds).ToString(@"hh\:mm\:ss\,fff", CultureInfo.InvariantCulture);
}

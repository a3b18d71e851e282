using System.Buffers.Binary;
using System.Globalization;

namespace DrChaffee.Benchmarks.Soak;

/// <summary>Recordings of a tone with captions that say which recording and which line they are, so that nothing lost or doubled goes unseen.</summary>
internal sealed class SoakTalks : IDisposable
{
    private const int SamplesASecond = 8000;

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
        File.WriteAllBytes(path + ".part", Wav(number));
        File.Move(path + ".part", path); // a process may look at any moment
        _lines[path] = lines;
    }

    private static byte[] Wav(int number)
    {
        var samples = SamplesASecond * (1 + number % 3);
        var wav = new byte[44 + 2 * samples];
        "RIFF"u8.CopyTo(wav);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), wav.Length - 8);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), SamplesASecond);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(28), 2 * SamplesASecond);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(34), 16);
        "data"u8.CopyTo(wav.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), 2 * samples);
        for (var i = 0; i < samples; i++)
            BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(44 + 2 * i), (short)(8000 * Math.Sin(2 * Math.PI * (200 + number) * i / SamplesASecond)));
        return wav;
    }

    private static string Stamp(int seconds) => TimeSpan.FromSeconds(seconds).ToString(@"hh\:mm\:ss\,fff", CultureInfo.InvariantCulture);
}

using System.Buffers.Binary;
using System.Globalization;

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
        const int Rate = 8000;
        var samples = (int)(seconds * Rate);
        var wav = new byte[44 + 2 * samples];
        "RIFF"u8.CopyTo(wav);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), wav.Length - 8);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), Rate);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(28), 2 * Rate);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(32), 2);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(34), 16);
        "data"u8.CopyTo(wav.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), 2 * samples);
        for (var i = 0; i < samples; i++)
            BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(44 + 2 * i), (short)(8000 * Math.Sin(2 * Math.PI * hertz * i / Rate)));
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, wav);
        return path;
    }

    /// <summary>Captions of two seconds each.</summary>
    public string WriteSrt(string name, params string[] lines) => Write(name, string.Join("\n\n", lines.Select((line, i) =>
        string.Create(CultureInfo.InvariantCulture, $"{i + 1}\n{Stamp(2 * i)} --> {Stamp(2 * i + 2)}\n{line}"))) + "\n");

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Stamp(int seconds) => TimeSpan.FromSeconds(seconds).ToString(@"hh\:mm\:ss\,fff", CultureInfo.InvariantCulture);
}

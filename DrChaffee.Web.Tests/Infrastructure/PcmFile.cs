using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>Audio as the decoder writes it, whose samples tell where in the recording they are: each tenth of a second has the next value, from 1 on.</summary>
internal static class PcmFile
{
    private const int BlockSamples = WavFile.Rate / 10;

    public static string WriteRuler(TestFolder folder, string name, TimeSpan length) => Write(folder, name, length, sample => (short)(sample / BlockSamples % short.MaxValue + 1));

    public static string Write(TestFolder folder, string name, TimeSpan length, Func<long, short> at)
    {
        var path = Path.Combine(folder.Path, name);
        using var file = File.Create(path);
        var samples = WavFile.SampleAt(length);
        Span<byte> header = stackalloc byte[44];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(36 + 2 * samples));
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], WavFile.Rate);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], 2 * WavFile.Rate);
        BinaryPrimitives.WriteUInt16LittleEndian(header[32..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[34..], 16);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[40..], (uint)(2 * samples));
        file.Write(header);
        var block = new short[BlockSamples];
        for (long from = 0; from < samples; from += block.Length)
        {
            var count = (int)Math.Min(block.Length, samples - from);
            for (var i = 0; i < count; i++) block[i] = at(from + i);
            file.Write(MemoryMarshal.AsBytes(block.AsSpan(0, count)));
        }

        return path;
    }

    /// <summary>Where in the recording the first of these samples is, in seconds.</summary>
    public static double Place(ReadOnlySpan<short> samples)
    {
        var next = 0;
        while (next < samples.Length && samples[next] == samples[0]) next++;
        return (samples[0] * (double)BlockSamples - next) / WavFile.Rate;
    }
}

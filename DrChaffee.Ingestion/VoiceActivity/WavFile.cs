using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;
using Microsoft.Win32.SafeHandles;

namespace DrChaffee.Ingestion.VoiceActivity;

/// <summary>16 kHz mono PCM of 16 bits, as the decoder writes it, read where it is wanted and never as a whole. Safe from many threads.</summary>
internal sealed class WavFile : IDisposable
{
    /// <summary>Samples a second.</summary>
    public const int Rate = 16_000;

    private const int SampleSize = 2;
    private const int FormatChunk = 16;

    private readonly SafeFileHandle _file;
    private readonly long _dataAt;

    private WavFile(SafeFileHandle file, long dataAt, long samples) => (_file, _dataAt, Samples) = (file, dataAt, samples);

    public long Samples { get; }

    public TimeSpan Duration => TimeOf(Samples);

    /// <exception cref="SourceFailedException">It is no such file.</exception>
    public static WavFile Open(string path)
    {
        var file = File.OpenHandle(path, options: FileOptions.RandomAccess);
        try
        {
            return Read(file) ?? throw new SourceFailedException(FailureClass.Ours, $"{Path.GetFileName(path)} is not the 16 kHz mono PCM that the decoder writes.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public static TimeSpan TimeOf(long samples) => TimeSpan.FromTicks(samples * TimeSpan.TicksPerSecond / Rate);

    public static long SampleAt(TimeSpan time) => time.Ticks * Rate / TimeSpan.TicksPerSecond;

    /// <summary>Fills the buffer from a place on with samples from -1 to 1; gives how many there were.</summary>
    public int Read(long sample, Span<float> samples)
    {
        var count = (int)Math.Clamp(Samples - sample, 0, samples.Length);
        Span<short> block = stackalloc short[1024];
        for (var done = 0; done < count;)
        {
            var read = ReadRaw(sample + done, block[..Math.Min(block.Length, count - done)]);
            if (read == 0) return done; // shorter than it says
            for (var i = 0; i < read; i++) samples[done + i] = block[i] / 32768f;
            done += read;
        }

        return count;
    }

    /// <summary>The samples from start to end, from -1 to 1.</summary>
    public float[] Read(TimeSpan start, TimeSpan end)
    {
        var from = Math.Max(0, SampleAt(start));
        var samples = new float[Math.Max(0, Math.Min(SampleAt(end), Samples) - from)];
        var read = Read(from, samples);
        return read == samples.Length ? samples : samples[..read];
    }

    /// <summary>The same as they lie in the file.</summary>
    public int ReadRaw(long sample, Span<short> samples)
    {
        var read = RandomAccess.Read(_file, MemoryMarshal.AsBytes(samples[..(int)Math.Clamp(Samples - sample, 0, samples.Length)]), _dataAt + sample * SampleSize) / SampleSize;
        if (!BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(samples[..read], samples);
        return read;
    }

    public void Dispose() => _file.Dispose();

    private static WavFile? Read(SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[FormatChunk];
        var length = RandomAccess.GetLength(file);
        if (RandomAccess.Read(file, head[..12], 0) < 12 || !head[..4].SequenceEqual("RIFF"u8) || !head[8..12].SequenceEqual("WAVE"u8)) return null;
        var isOurs = false;
        for (long at = 12; at + 8 <= length;)
        {
            RandomAccess.Read(file, head[..8], at);
            var (isData, isFormat) = (head[..4].SequenceEqual("data"u8), head[..4].SequenceEqual("fmt "u8));
            long size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            at += 8;
            if (isFormat)
            {
                if (RandomAccess.Read(file, head, at) < FormatChunk) return null;
                isOurs = BinaryPrimitives.ReadUInt16LittleEndian(head) == 1 && BinaryPrimitives.ReadUInt16LittleEndian(head[2..]) == 1
                    && BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) == Rate && BinaryPrimitives.ReadUInt16LittleEndian(head[14..]) == 8 * SampleSize;
            }
            else if (isData)
            {
                return isOurs ? new WavFile(file, at, Math.Min(size, length - at) / SampleSize) : null; // a stream's header says more than there is
            }

            at += size + (size & 1);
        }

        return null;
    }
}

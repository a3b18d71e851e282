using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using DrChaffee.Ingestion.VoiceActivity;

namespace DrChaffee.Ingestion.Transcription.Endpoint;

/// <summary>A piece of a recording as a WAV file of its own, read from the disk each time that it is sent.</summary>
internal sealed class WavPieceContent : HttpContent
{
    private const int HeaderSize = 44;
    private const int BlockSize = 1 << 15;

    private readonly WavFile _wav;
    private readonly long _from;
    private readonly long _samples;

    public WavPieceContent(WavFile wav, AudioPiece piece)
    {
        (_wav, _from) = (wav, WavFile.SampleAt(piece.Start));
        _samples = Math.Min(WavFile.SampleAt(piece.End), wav.Samples) - _from;
        Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = HeaderSize + 2 * _samples;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Header(), cancellationToken);
        var block = new byte[BlockSize];
        for (long sent = 0; sent < _samples;)
        {
            var read = _wav.ReadRaw(_from + sent, MemoryMarshal.Cast<byte, short>(block.AsSpan())[..(int)Math.Min(BlockSize / 2, _samples - sent)]);
            if (read == 0) throw new IOException("The decoded audio ends early.");
            await stream.WriteAsync(block.AsMemory(0, 2 * read), cancellationToken);
            sent += read;
        }
    }

    private byte[] Header()
    {
        var header = new byte[HeaderSize];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)(HeaderSize - 8 + 2 * _samples));
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(20), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(22), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(24), WavFile.Rate);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), 2 * WavFile.Rate);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(32), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(34), 16);
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40), (uint)(2 * _samples));
        return header;
    }
}

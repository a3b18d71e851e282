using System.IO.Compression;
using System.Text;

namespace DrChaffee.Ingestion.Transcription.Ledger;

/// <summary>How much shorter a text becomes when compressed: a text that repeats itself becomes much shorter.</summary>
internal static class CompressionRatio
{
    /// <summary>Bytes of UTF-8 over bytes after zlib, as <c>openai/whisper</c> defines it in <c>utils.py</c>; 0 for no text.</summary>
    public static float Of(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length == 0) return 0;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(bytes);
        return (float)bytes.Length / packed.Length;
    }
}

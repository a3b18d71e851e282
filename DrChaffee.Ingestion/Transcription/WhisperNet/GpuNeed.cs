namespace DrChaffee.Ingestion.Transcription.WhisperNet;

/// <summary>What a Whisper model takes of a GPU's memory, by the dimensions that stand at the head of its file.</summary>
/// <param name="File">Bytes of the file: the weights, as they lie in the GPU, too.</param>
/// <param name="Words">Tokens of the vocabulary.</param>
/// <param name="State">Numbers that stand for one moment or one token.</param>
internal sealed record GpuNeed(long File, int Words, int State, int TextLayers)
{
    private const int Magic = 0x67676d6c; // ggml
    private const int Moments = 1536; // of half a minute, as whisper.cpp rounds them up
    private const int Places = 512; // of a text, rounded up likewise

    /// <summary>CUDA's own, once a process.</summary>
    private const long Context = 640 << 20;

    /// <summary>What the libraries of CUDA work in, once a listener.</summary>
    private const long Workspace = 96 << 20;

    /// <summary>With one listener that tries one wording.</summary>
    /// <param name="opened">This process uses CUDA already, so that its own part is no longer free.</param>
    public long Least(bool opened) => (opened ? 0 : Context) + File + Listener(candidates: 1);

    /// <summary>Null where the file is no Whisper model.</summary>
    public static GpuNeed? Of(string path)
    {
        using var reader = new BinaryReader(System.IO.File.OpenRead(path));
        if (reader.BaseStream.Length < 48 || reader.ReadInt32() != Magic) return null;
        var dimensions = Array.ConvertAll(new int[11], _ => reader.ReadInt32());
        return new GpuNeed(reader.BaseStream.Length, dimensions[0], dimensions[6], dimensions[8]);
    }

    /// <summary>What one listener takes beside the weights: what it heard, the wordings that it tries, the layers' results, the chances of every token.</summary>
    public long Listener(int candidates)
    {
        var remembered = 4L * State * TextLayers * (Moments + Places * (candidates > 1 ? candidates + 2 : 1));
        var worked = 4L * State * Moments * 16;
        var chances = 4L * Words * Places;
        return Workspace + remembered + worked + chances;
    }
}

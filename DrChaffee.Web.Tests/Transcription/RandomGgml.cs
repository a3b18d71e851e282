using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;

namespace DrChaffee.Web.Tests.Transcription;

/// <summary>
/// Writes a Whisper model in the ggml form whose weights are random: what it hears means nothing, but text comes out, and it costs what a real one of its size
/// does. Filters and vocabulary are those of a real model without weights.
/// </summary>
internal sealed class RandomGgml
{
    private const int SixteenBits = 1;
    private const int ThirtyTwoBits = 0;
    private const int AudioContext = 1500;
    private const int TextContext = 448;

    /// <summary>A prime, so that no two rows of a matrix begin at the same place.</summary>
    private const int NoiseLength = 4_194_301;

    /// <summary>How much a token's place speaks for the token that is to follow there, over what the last one says.</summary>
    private const float Insistence = 3;

    private readonly GgmlSize _size;
    private readonly double _spread;
    private readonly BinaryWriter _file;
    private readonly float[] _noise = new float[NoiseLength];
    private readonly float[] _part = new float[1 << 16];
    private readonly Half[] _halves = new Half[1 << 16];
    private int _at;

    private RandomGgml(GgmlSize size, BinaryWriter file)
    {
        (_size, _file, _spread) = (size, file, 0.8 / Math.Sqrt(size.State));
        var random = new Random(5);
        for (var i = 0; i < NoiseLength; i++) _noise[i] = (float)((random.NextDouble() + random.NextDouble() - 1) * 2.4);
    }

    /// <param name="stub">A model without tensors.</param>
    /// <param name="says">Tokens that the model writes for every piece, whatever is in it; null: whatever comes.</param>
    public static void Write(string stub, string path, GgmlSize? size = null, IReadOnlyList<int>? says = null)
    {
        size ??= GgmlSize.Smallest;
        using var file = new BinaryWriter(File.Create(path));
        WriteHead(File.ReadAllBytes(stub), size, file);
        new RandomGgml(size, file).WriteTensors(says is null ? null : Script(says, size.Words));
    }

    /// <summary>Words of a model's vocabulary that are one token each, with that token.</summary>
    public static IReadOnlyList<(int Token, string Word)> Words(string stub, int count)
    {
        using var reader = new BinaryReader(File.OpenRead(stub));
        reader.BaseStream.Position = 48;
        var filters = 4L * reader.ReadInt32() * reader.ReadInt32();
        reader.BaseStream.Position += filters;
        return [.. Enumerable.Range(0, reader.ReadInt32()).Select(token => (Token: token, Word: Encoding.Latin1.GetString(reader.ReadBytes(reader.ReadInt32()))))
            .Where(entry => entry.Word.Length is > 4 and < 9 && entry.Word[0] == ' ' && entry.Word.Skip(1).All(char.IsAsciiLetterLower)).Take(count).Select(entry => (entry.Token, entry.Word[1..]))];
    }

    /// <summary>What follows at each place: the language and the task, the beginning, the words, the end at 27 s.</summary>
    private static int[] Script(IReadOnlyList<int> says, int words)
    {
        const int English = 50_259;
        const int End = 50_257;
        var (transcribe, begin) = (words - 1506, words - 1501);
        return [English, transcribe, begin, .. says, begin + 27 * 50, .. Enumerable.Repeat(End, TextContext - says.Count - 4)];
    }

    /// <summary>The stub's, with other dimensions; filters for more bands are those of the stub, some of them twice.</summary>
    private static void WriteHead(byte[] stub, GgmlSize size, BinaryWriter file)
    {
        file.Write(stub, 0, 4);
        foreach (var value in (int[])[size.Words, AudioContext, size.State, size.Heads, size.AudioLayers, TextContext, size.State, size.Heads, size.TextLayers, size.Mels, SixteenBits]) file.Write(value);
        var (mels, width) = (BitConverter.ToInt32(stub, 48), 4 * BitConverter.ToInt32(stub, 52));
        file.Write(size.Mels);
        file.Write(stub, 52, 4);
        for (var band = 0; band < size.Mels; band++) file.Write(stub, 56 + band * mels / size.Mels * width, width);
        file.Write(stub, 56 + mels * width, stub.Length - 56 - mels * width);
    }

    private void WriteTensors(int[]? script)
    {
        Noise("encoder.positional_embedding", ThirtyTwoBits, _spread, _size.State, AudioContext);
        Noise("encoder.conv1.weight", SixteenBits, _spread, 3, _size.Mels, _size.State);
        Noise("encoder.conv1.bias", ThirtyTwoBits, _spread, 1, _size.State);
        Noise("encoder.conv2.weight", SixteenBits, _spread, 3, _size.State, _size.State);
        Noise("encoder.conv2.bias", ThirtyTwoBits, _spread, 1, _size.State);
        Norm("encoder.ln_post");
        for (var layer = 0; layer < _size.AudioLayers; layer++) Block($"encoder.blocks.{layer}", _spread);

        var words = _at;
        Noise("decoder.token_embedding.weight", SixteenBits, 0.5, _size.State, _size.Words);
        Places(script, words);
        Norm("decoder.ln");
        for (var layer = 0; layer < _size.TextLayers; layer++)
        {
            var told = script is null ? _spread : 0; // a layer that adds nothing leaves the word to the place
            Block($"decoder.blocks.{layer}", told);
            Attention($"decoder.blocks.{layer}.cross_attn", told);
        }
    }

    private void Places(int[]? script, int words)
    {
        if (script is null)
        {
            Noise("decoder.positional_embedding", ThirtyTwoBits, 0.5, _size.State, TextContext);
            return;
        }

        Head("decoder.positional_embedding", ThirtyTwoBits, _size.State, TextContext);
        foreach (var token in script)
            for (var i = 0; i < _size.State; i++) _file.Write(Insistence * 0.5f * _noise[(words + (long)token * _size.State + i) % NoiseLength]);
    }

    /// <param name="adds">The spread of what the layer adds to what it was given.</param>
    private void Block(string name, double adds)
    {
        Norm($"{name}.mlp_ln");
        Noise($"{name}.mlp.0.weight", SixteenBits, _spread, _size.State, 4 * _size.State);
        Noise($"{name}.mlp.0.bias", ThirtyTwoBits, _spread, 4 * _size.State);
        Noise($"{name}.mlp.2.weight", SixteenBits, adds, 4 * _size.State, _size.State);
        Noise($"{name}.mlp.2.bias", ThirtyTwoBits, adds, _size.State);
        Attention($"{name}.attn", adds);
    }

    private void Attention(string name, double adds)
    {
        Norm($"{name}_ln");
        foreach (var part in (string[])["query", "key", "value", "out"])
        {
            Noise($"{name}.{part}.weight", SixteenBits, part == "out" ? adds : _spread, _size.State, _size.State);
            if (part != "key") Noise($"{name}.{part}.bias", ThirtyTwoBits, part == "out" ? adds : _spread, _size.State);
        }
    }

    private void Norm(string name)
    {
        Head($"{name}.weight", ThirtyTwoBits, _size.State);
        for (var i = 0; i < _size.State; i++) _file.Write(1f);
        Noise($"{name}.bias", ThirtyTwoBits, 0, _size.State);
    }

    private void Noise(string name, int type, double spread, params int[] shape)
    {
        Head(name, type, shape);
        for (var left = shape.Aggregate(1, (a, b) => a * b); left > 0;)
        {
            var part = _part.AsSpan(0, Math.Min(Math.Min(left, _part.Length), NoiseLength - _at));
            TensorPrimitives.Multiply(_noise.AsSpan(_at, part.Length), (float)spread, part);
            if (type == SixteenBits)
            {
                TensorPrimitives.ConvertToHalf(part, _halves);
                _file.Write(MemoryMarshal.AsBytes(_halves.AsSpan(0, part.Length)));
            }
            else
            {
                _file.Write(MemoryMarshal.AsBytes(part));
            }

            _at = (_at + part.Length) % NoiseLength;
            left -= part.Length;
        }
    }

    private void Head(string name, int type, params int[] shape)
    {
        _file.Write(shape.Length);
        _file.Write(Encoding.UTF8.GetByteCount(name));
        _file.Write(type);
        foreach (var size in shape) _file.Write(size);
        _file.Write(Encoding.UTF8.GetBytes(name));
    }
}

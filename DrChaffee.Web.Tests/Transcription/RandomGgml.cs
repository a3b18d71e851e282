using System.Text;

namespace DrChaffee.Web.Tests.Transcription;

/// <summary>Writes a Whisper model in the ggml form whose weights are random: what it hears means nothing, but text comes out. Header, filters and vocabulary are those of a real model without weights.</summary>
internal static class RandomGgml
{
    private const int State = 64;
    private const int Heads = 1;
    private const int Layers = 4;
    private const int SixteenBits = 1;
    private const int ThirtyTwoBits = 0;

    /// <param name="stub">A model without tensors.</param>
    public static void Write(string stub, string path)
    {
        var head = File.ReadAllBytes(stub);
        int Header(int place) => BitConverter.ToInt32(head, 4 + 4 * place);
        var (words, audioContext, textContext, mels) = (Header(0), Header(1), Header(5), Header(9));
        foreach (var (place, value) in new[] { (2, State), (3, Heads), (4, Layers), (6, State), (7, Heads), (8, Layers), (10, SixteenBits) }) BitConverter.TryWriteBytes(head.AsSpan(4 + 4 * place), value);

        using var file = new BinaryWriter(File.Create(path));
        file.Write(head);
        var random = new Random(5);
        Add("encoder.positional_embedding", ThirtyTwoBits, 0.1, State, audioContext);
        Add("encoder.conv1.weight", SixteenBits, 0.1, 3, mels, State);
        Add("encoder.conv1.bias", ThirtyTwoBits, 0.1, 1, State);
        Add("encoder.conv2.weight", SixteenBits, 0.1, 3, State, State);
        Add("encoder.conv2.bias", ThirtyTwoBits, 0.1, 1, State);
        Norm("encoder.ln_post");
        Add("decoder.positional_embedding", ThirtyTwoBits, 0.5, State, textContext);
        Add("decoder.token_embedding.weight", SixteenBits, 0.5, State, words);
        Norm("decoder.ln");
        for (var layer = 0; layer < Layers; layer++)
        {
            Block($"encoder.blocks.{layer}");
            Block($"decoder.blocks.{layer}");
            Attention($"decoder.blocks.{layer}.cross_attn");
        }

        void Block(string name)
        {
            Norm($"{name}.mlp_ln");
            Add($"{name}.mlp.0.weight", SixteenBits, 0.1, State, 4 * State);
            Add($"{name}.mlp.0.bias", ThirtyTwoBits, 0.1, 4 * State);
            Add($"{name}.mlp.2.weight", SixteenBits, 0.1, 4 * State, State);
            Add($"{name}.mlp.2.bias", ThirtyTwoBits, 0.1, State);
            Attention($"{name}.attn");
        }

        void Attention(string name)
        {
            Norm($"{name}_ln");
            foreach (var part in (string[])["query", "key", "value", "out"])
            {
                Add($"{name}.{part}.weight", SixteenBits, 0.1, State, State);
                if (part != "key") Add($"{name}.{part}.bias", ThirtyTwoBits, 0.1, State);
            }
        }

        void Norm(string name)
        {
            Add($"{name}.weight", ThirtyTwoBits, 0, State);
            Add($"{name}.bias", ThirtyTwoBits, 0.1, State);
        }

        // A norm's weight is one: without spread, every value is.
        void Add(string name, int type, double spread, params int[] shape)
        {
            file.Write(shape.Length);
            file.Write(Encoding.UTF8.GetByteCount(name));
            file.Write(type);
            foreach (var size in shape) file.Write(size);
            file.Write(Encoding.UTF8.GetBytes(name));
            for (var i = shape.Aggregate(1, (a, b) => a * b); i > 0; i--)
            {
                var value = spread == 0 ? 1 : spread * (random.NextDouble() + random.NextDouble() - 1) * 2.4;
                if (type == SixteenBits) file.Write((Half)value);
                else file.Write((float)value);
            }
        }
    }
}

using System.Numerics.Tensors;
using System.Text;

namespace DrChaffee.Ingestion.Embedding;

/// <summary>
/// Learns without labels what a library's words mean in it: a word's direction is drawn towards the mean of the passages that hold it, less the mean of all.
/// A word that training never met gets that mean whole, mixed with a direction of its own, so that two words of the same passages stay two words;
/// a known one moves the less the more often training met it. Read all passages twice: <see cref="Count"/>, then <see cref="Learn"/>.
/// </summary>
internal sealed class LibraryReading(ShippedEmbedder embedder)
{
    private const int MostStems = 60_000;

    /// <summary>Training texts that weigh as much as the library itself.</summary>
    private const float LibraryWeight = 1_000;

    /// <summary>How long the direction of its own is beside the mean of the passages.</summary>
    private const float OwnShare = 1.5f;

    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly float[] _mean = new float[embedder.Dimensions];
    private Dictionary<string, int>? _chosen;
    private float[] _sums = [];
    private int _passages;

    /// <summary>First reading: how many passages hold each stem.</summary>
    public void Count(string text)
    {
        _passages++;
        foreach (var (stem, _) in embedder.Tokenizer.Stems(text)) _texts[stem] = _texts.GetValueOrDefault(stem) + 1;
    }

    /// <summary>Second reading, of the same passages.</summary>
    public void Learn(string text)
    {
        _chosen ??= Choose();
        var stems = embedder.Tokenizer.Stems(text);
        var vector = embedder.Embed(stems);
        TensorPrimitives.Add<float>(_mean, vector, _mean);
        foreach (var (stem, _) in stems)
        {
            if (!_chosen.TryGetValue(stem, out var row)) continue;
            var sum = _sums.AsSpan(row * vector.Length, vector.Length);
            TensorPrimitives.Add<float>(sum, vector, sum);
        }
    }

    public LibraryWords Finish(string modelName)
    {
        _chosen ??= Choose();
        TensorPrimitives.Divide(_mean, Math.Max(1, _passages), _mean);
        var scale = LengthOfRarity();
        var stems = _chosen.Keys.ToArray();
        var row = new float[embedder.Dimensions];
        return new LibraryWords(modelName, stems, StemTable.From(stems.Length, row.Length, at =>
        {
            Row(stems[at], at, scale, row);
            return row;
        }));
    }

    private void Row(string stem, int at, float scale, float[] row)
    {
        var original = new float[row.Length];
        embedder.Original(stem, 1, original);
        var met = embedder.Tokenizer.Vocabulary.Met(stem);
        var rarity = scale * Rarity(stem);
        var length = met > 0 ? MathF.Sqrt(rarity * TensorPrimitives.Norm<float>(original)) : rarity; // half what training knows of the word, half what the library does

        // Towards what stands around the word here.
        TensorPrimitives.Divide(_sums.AsSpan(at * row.Length, row.Length), _texts[stem], row);
        TensorPrimitives.Subtract<float>(row, _mean, row);
        Normalise(row);
        TensorPrimitives.MultiplyAdd<float>(OwnDirection(stem, row.Length), OwnShare, row, row);
        Normalise(row);

        var share = LibraryWeight / (LibraryWeight + met);
        Normalise(original);
        TensorPrimitives.Multiply(row, share, row);
        TensorPrimitives.MultiplyAdd<float>(original, 1 - share, row, row);
        Normalise(row);
        TensorPrimitives.Multiply(row, length, row);
    }

    /// <summary>What turns rarity into the length of a row: the ratio of both over the known words, as often as they are said.</summary>
    private float LengthOfRarity()
    {
        double lengths = 0, rarities = 0;
        var row = new float[embedder.Dimensions];
        foreach (var (stem, texts) in _texts)
        {
            if (embedder.Tokenizer.Vocabulary.Met(stem) == 0) continue;
            Array.Clear(row);
            embedder.Original(stem, 1, row);
            lengths += texts * TensorPrimitives.Norm<float>(row);
            rarities += texts * Rarity(stem);
        }

        return rarities > 0 ? (float)(lengths / rarities) : 1;
    }

    private float Rarity(string stem) => MathF.Log(1 + (float)_passages / _texts[stem]);

    private Dictionary<string, int> Choose()
    {
        var chosen = _texts.OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal).Take(MostStems)
            .Select((t, i) => (t.Key, i)).ToDictionary(t => t.Key, t => t.i, StringComparer.Ordinal);
        _sums = new float[chosen.Count * embedder.Dimensions];
        return chosen;
    }

    /// <summary>Random, and always the same for a stem.</summary>
    private static float[] OwnDirection(string stem, int dimensions)
    {
        var random = new Random(BitConverter.ToInt32(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(stem))));
        var direction = new float[dimensions];
        for (var i = 0; i < dimensions; i++) direction[i] = (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        Normalise(direction);
        return direction;
    }

    private static void Normalise(Span<float> vector) => TensorPrimitives.Divide(vector, Math.Max(TensorPrimitives.Norm<float>(vector), 1e-6f), vector);
}

namespace DrChaffee.Training.Learning;

/// <summary>What a training run is made of; equal options and data give equal bytes.</summary>
internal sealed record LearningOptions
{
    public int Dimensions { get; init; } = 256;
    public int Stems { get; init; } = 24_000;
    public int Buckets { get; init; } = 4_000;

    /// <summary>Stems in fewer texts are left to their pieces.</summary>
    public int LeastTexts { get; init; } = 5;
    public int Batch { get; init; } = 1_024;
    public int Epochs { get; init; } = 2;
    public int Seed { get; init; } = 20_240_901;
    public float Rate { get; init; } = 0.003f;

    /// <summary>Multiplies the cosines before the softmax (the inverse of InfoNCE's temperature).</summary>
    public float Scale { get; init; } = 16;

    /// <summary>Share of words that a training text loses, so that no single word carries a pair.</summary>
    public float Dropout { get; init; } = 0.15f;

    /// <summary>Share of pairs whose left text loses all words that the right one has too: what is left must be found by meaning.</summary>
    public float OverlapDropout { get; init; } = 0.3f;

    /// <summary>Share of known words that are read as their pieces, so that the pieces learn.</summary>
    public float AsPieces { get; init; } = 0.08f;
}

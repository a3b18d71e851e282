namespace DrChaffee.Web.Tests.Transcription;

/// <summary>The dimensions of a Whisper model.</summary>
/// <param name="State">Numbers that stand for one moment or one token.</param>
/// <param name="Words">Tokens of the vocabulary.</param>
internal sealed record GgmlSize(int State, int Heads, int AudioLayers, int TextLayers, int Mels = 80, int Words = 51_865)
{
    /// <summary>The smallest that is of use, and quick on any processor.</summary>
    public static readonly GgmlSize Smallest = new(64, 1, 4, 4);

    public static readonly GgmlSize Tiny = new(384, 6, 4, 4);
    public static readonly GgmlSize Base = new(512, 8, 6, 6);
    public static readonly GgmlSize LargeV3Turbo = new(1280, 20, 32, 4, 128, 51_866);
    public static readonly GgmlSize LargeV3 = new(1280, 20, 32, 32, 128, 51_866);
}

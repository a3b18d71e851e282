namespace DrChaffee.Domain.Transcripts.Formats;

/// <summary>How fast a person talks, for the stretches that no stamp times.</summary>
internal readonly record struct SpeechRate(double WordsPerSecond)
{
    public static readonly SpeechRate Default = new(2.7);

    private const double Slowest = 1.5;
    private const double Fastest = 4.5;
    private static readonly TimeSpan EnoughToMeasure = TimeSpan.FromSeconds(60);

    /// <summary>The rate of a measured stretch, kept to what people can do; the default where too little was measured.</summary>
    public static SpeechRate Measure(int words, TimeSpan time) =>
        time < EnoughToMeasure ? Default : new SpeechRate(Math.Clamp(words / time.TotalSeconds, Slowest, Fastest));

    public TimeSpan TimeFor(int words) => TimeSpan.FromMilliseconds(Math.Round(words * 1000 / WordsPerSecond));
}

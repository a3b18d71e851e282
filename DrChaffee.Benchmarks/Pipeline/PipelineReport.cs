namespace DrChaffee.Benchmarks.Pipeline;

/// <summary>What one run of the pipeline measured.</summary>
/// <param name="EngineBusy">Share of the time from its first recording to its last in which the transcriber worked.</param>
/// <param name="WallOverEngine">The whole run, planning and upkeep included, over what the transcriber itself takes.</param>
/// <param name="PeakMemoryMb">Of this process, the podcast's web server included, in millions of bytes.</param>
/// <param name="VoiceActivity">True where Silero's model looked for speech in all of it.</param>
/// <param name="SpeechShare">How much of it that took for speech; null without.</param>
/// <param name="LoadAverage">Of this machine over the last minute, at the beginning and at the end.</param>
internal sealed record PipelineReport(
    double EngineBusy, double WallOverEngine, double PeakMemoryMb, double TimesRealTime, double Hours, int Recordings, double Speed, double WallSeconds,
    bool VoiceActivity, double? SpeechShare, IReadOnlyList<double> LoadAverage, StageRates StageSecondsAnHour);

/// <summary>How many seconds each stage takes for an hour of audio.</summary>
/// <param name="Fetch">From the server of this machine, while the rest went on beside it; so the last three.</param>
/// <param name="Decode">One recording by itself, after the run; so voice activity.</param>
/// <param name="VoiceActivity">Null where there is no model.</param>
internal sealed record StageRates(double Fetch, double Decode, double? VoiceActivity, double Chunk, double Embed, double Store);

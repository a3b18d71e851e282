using DrChaffee.Ingestion.Pipeline;
using DrChaffee.Ingestion.VoiceActivity;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Transcription.WhisperNet;

/// <summary>A recording of a voice.</summary>
internal static class SpokenAudio
{
    /// <summary>President Kennedy, eleven seconds, several times over.</summary>
    public static DecodedAudio Write(TestFolder folder, int copies)
    {
        using var jfk = WavFile.Open(SharedFiles.Find("data", "audio", "jfk", "jfk.wav"));
        var samples = new short[jfk.Samples];
        for (var read = 0; read < samples.Length;) read += jfk.ReadRaw(read, samples.AsSpan(read));
        var length = copies * jfk.Duration;
        var source = new ClaimedSource(1, "file-a", 1, new SourceFacts("file", "a", "A", null, null, null, null, "a"));
        return new DecodedAudio(source, new FetchedMedia(source, "a.mp3", null), PcmFile.Write(folder, $"speech-{copies}.wav", length, sample => samples[sample % samples.Length]), length);
    }
}

namespace DrChaffee.Ingestion.VoiceActivity;

/// <summary>
/// Makes stretches of speech out of probabilities, window by window: it opens above one threshold and closes below a lower one, short bursts and short
/// pauses are passed over. The figures are the defaults of <c>get_speech_timestamps</c> in snakers4/silero-vad.
/// </summary>
internal sealed class SpeechGate(int windowSamples)
{
    private const float Opens = 0.5f;
    private const float Closes = Opens - 0.15f;
    private static readonly TimeSpan ShortestSpeech = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(30);

    private readonly List<SpeechStretch> _speech = [];
    private long _at;
    private long? _from;
    private long? _quietSince;

    /// <param name="probability">That somebody speaks in the next window, 0 to 1.</param>
    public void Add(float probability)
    {
        if (probability >= Opens)
        {
            _quietSince = null;
            _from ??= _at;
        }
        else if (probability < Closes && _from is { } from)
        {
            _quietSince ??= _at;
            if (WavFile.TimeOf(_at - _quietSince.Value) >= ShortestPause) Close(from, _quietSince.Value);
        }

        _at += windowSamples;
    }

    /// <param name="samples">The recording's length.</param>
    public IReadOnlyList<SpeechStretch> Finish(long samples)
    {
        if (_from is { } from) Close(from, samples);
        return Widened(WavFile.TimeOf(samples));
    }

    private void Close(long from, long to)
    {
        if (WavFile.TimeOf(to - from) > ShortestSpeech) _speech.Add(new SpeechStretch(WavFile.TimeOf(from), WavFile.TimeOf(to)));
        (_from, _quietSince) = (null, null);
    }

    /// <summary>A little longer on both sides, as far as the neighbours leave room.</summary>
    private List<SpeechStretch> Widened(TimeSpan end)
    {
        List<SpeechStretch> widened = new(_speech.Count);
        for (var i = 0; i < _speech.Count; i++)
        {
            var earliest = i == 0 ? TimeSpan.Zero : Middle(_speech[i - 1].End, _speech[i].Start);
            var latest = i == _speech.Count - 1 ? end : Middle(_speech[i].End, _speech[i + 1].Start);
            var (start, stop) = (_speech[i].Start - Margin, _speech[i].End + Margin);
            widened.Add(new SpeechStretch(start > earliest ? start : earliest, stop < latest ? stop : latest));
        }

        return widened;
    }

    private static TimeSpan Middle(TimeSpan one, TimeSpan other) => (one + other) / 2;
}

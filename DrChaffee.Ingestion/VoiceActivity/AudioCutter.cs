namespace DrChaffee.Ingestion.VoiceActivity;

/// <summary>Cuts a recording into pieces: where nobody speaks if that is known and there is such a place, otherwise where it is quietest.</summary>
internal static class AudioCutter
{
    /// <summary>Speech may begin a little before a detector hears it.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(200);

    /// <summary>A cut is looked for in the last part of a piece, from this share of its length on.</summary>
    private const double LookFrom = 0.6;

    /// <summary>How long it must be quiet for a good cut, and how finely that is measured: 300 ms in steps of 20 ms.</summary>
    private const int QuietSteps = 15;
    private const int StepSamples = WavFile.Rate / 50;

    /// <param name="speech">In order; null where it is not known: then the recording is taken whole.</param>
    /// <returns>In order; none where nobody speaks.</returns>
    public static IReadOnlyList<AudioPiece> Cut(WavFile wav, IReadOnlyList<SpeechStretch>? speech, CutRule rule)
    {
        var stretches = speech is null ? [new SpeechStretch(TimeSpan.Zero, wav.Duration)] : Widen(speech, wav.Duration);
        List<AudioPiece> pieces = [];
        TimeSpan? cut = null;
        var start = TimeSpan.Zero;
        for (var i = 0; i < stretches.Count;)
        {
            if (cut is null) start = stretches[i].Start;
            var latest = start + rule.Longest;
            var fits = LastThatFits(stretches, i, latest, rule);
            if (fits == stretches.Count - 1 || (fits >= i && stretches[fits + 1].Start - stretches[fits].End > rule.LongestSilence))
            {
                pieces.Add(new AudioPiece(start, stretches[fits].End, cut)); // ends in a long silence, or with the recording
                (i, cut) = (fits + 1, null);
            }
            else if (Pause(stretches, i, fits, start + LookFrom * rule.Longest, latest - rule.OverlapAtSilence) is { } pause)
            {
                var middle = (stretches[pause].End + stretches[pause + 1].Start) / 2;
                pieces.Add(new AudioPiece(start, Earlier(middle + rule.OverlapAtSilence, wav.Duration), cut));
                (i, cut, start) = (pause + 1, middle, Later(middle - rule.OverlapAtSilence, start));
            }
            else
            {
                i = fits + 1; // the stretch in which the piece must end
                var to = latest - rule.OverlapInSpeech;
                var place = QuietestPlace(wav, Earlier(Later(start + LookFrom * rule.Longest, stretches[i].Start), to), to);
                pieces.Add(new AudioPiece(start, place + rule.OverlapInSpeech, cut));
                (cut, start) = (place, place - rule.OverlapInSpeech);
            }
        }

        return pieces;
    }

    /// <summary>The last stretch of those from one on that are near each other and end early enough; the one before it where not even the first does.</summary>
    private static int LastThatFits(List<SpeechStretch> stretches, int first, TimeSpan latest, CutRule rule)
    {
        var fits = first - 1;
        while (fits + 1 < stretches.Count && stretches[fits + 1].End <= latest
            && (fits < first || stretches[fits + 1].Start - stretches[fits].End <= rule.LongestSilence)) fits++;
        return fits;
    }

    /// <summary>The stretch before the longest pause near the piece's end; the last pause where there is none so late; null where there is none.</summary>
    private static int? Pause(List<SpeechStretch> stretches, int first, int fits, TimeSpan from, TimeSpan to)
    {
        int? best = null;
        for (var i = first; i <= fits && i + 1 < stretches.Count; i++)
        {
            var middle = (stretches[i].End + stretches[i + 1].Start) / 2;
            if (middle > to) break;
            if (best is not { } known || middle < from || (stretches[known].End + stretches[known + 1].Start) / 2 < from || Gap(i) >= Gap(known)) best = i;
        }

        return best;

        TimeSpan Gap(int i) => stretches[i + 1].Start - stretches[i].End;
    }

    private static TimeSpan QuietestPlace(WavFile wav, TimeSpan from, TimeSpan to)
    {
        var first = WavFile.SampleAt(from);
        var steps = (int)((WavFile.SampleAt(to) - first) / StepSamples);
        if (steps <= QuietSteps) return to;
        Span<float> step = stackalloc float[StepSamples];
        var (energies, sum, least, best) = (new double[steps], 0.0, double.MaxValue, steps - 1);
        for (var i = 0; i < steps; i++)
        {
            var read = wav.Read(first + (long)i * StepSamples, step);
            foreach (var sample in step[..read]) energies[i] += sample * sample;
            sum += energies[i] - (i >= QuietSteps ? energies[i - QuietSteps] : 0);
            if (i >= QuietSteps - 1 && sum <= least) (least, best) = (sum, i - QuietSteps / 2);
        }

        return WavFile.TimeOf(first + (long)best * StepSamples);
    }

    private static List<SpeechStretch> Widen(IReadOnlyList<SpeechStretch> speech, TimeSpan end)
    {
        List<SpeechStretch> widened = [];
        foreach (var stretch in speech)
        {
            var wide = new SpeechStretch(Later(stretch.Start - Margin, TimeSpan.Zero), Earlier(stretch.End + Margin, end));
            if (widened.Count > 0 && wide.Start <= widened[^1].End) widened[^1] = new SpeechStretch(widened[^1].Start, wide.End);
            else widened.Add(wide);
        }

        return widened;
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

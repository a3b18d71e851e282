using System.Globalization;
using DrChaffee.Domain.Transcripts;
using DrChaffee.Ingestion.Transcription.Local;
using DrChaffee.Ingestion.VoiceActivity;
using DrChaffee.Web.Tests.Infrastructure;

namespace DrChaffee.Web.Tests.Transcription.Local;

/// <summary>Hears one numbered word every 0.4 s, in audio whose samples tell where in the recording they are; its memory is as large as a test says.</summary>
internal sealed class FakeSpeechEngine : ISpeechEngine
{
    private int _listening;
    private int _open;

    /// <summary>How many listeners, each times its candidates, fit at once.</summary>
    public int Room { get; set; } = int.MaxValue;

    public int MostAtOnce { get; private set; }

    public int Loads { get; private set; }

    public List<ListeningOptions> Opened { get; } = [];

    /// <summary>The log-probability of a word by its number and the model's file.</summary>
    public Func<int, string, float> Logprob { get; set; } = (_, _) => -0.2f;

    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public string Name => "fake";

    public string Version => "1";

    public string Device => "CPU";

    public bool OnGpu => false;

    public string? Fault { get; set; }

    /// <summary>Why there is no room now for a model, or for one that listens.</summary>
    public SpeechRoomException? Full { get; set; }

    public Task<ISpeechModel> LoadAsync(string path, CancellationToken cancellationToken)
    {
        if (Full is not null) throw Full;
        Loads++;
        return Task.FromResult<ISpeechModel>(new Model(this, Path.GetFileName(path)));
    }

    private sealed class Model(FakeSpeechEngine engine, string file) : ISpeechModel
    {
        public Task<ISpeechListener> OpenAsync(ListeningOptions options, CancellationToken cancellationToken)
        {
            lock (engine.Opened)
            {
                if (engine.Full is not null) throw engine.Full;
                engine.Opened.Add(options);
                if ((engine._open + 1) * options.Candidates > engine.Room) throw new SpeechMemoryException("no room");
                engine._open++;
            }

            return Task.FromResult<ISpeechListener>(new Listener(engine, file));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Listener(FakeSpeechEngine engine, string file) : ISpeechListener
    {
        public async Task<HeardPiece> ListenAsync(float[] samples, CancellationToken cancellationToken)
        {
            lock (engine.Opened) engine.MostAtOnce = Math.Max(engine.MostAtOnce, ++engine._listening);
            try
            {
                await engine.Before(cancellationToken);
            }
            finally
            {
                lock (engine.Opened) engine._listening--;
            }

            var from = PcmFile.Place([.. samples.Select(sample => (short)(sample * 32768))]);
            var to = from + samples.Length / (double)WavFile.Rate;
            var first = (int)Math.Ceiling(Math.Max(0, from - 1e-6) / 0.4);
            var words = Enumerable.Range(first, Math.Max(0, (int)Math.Floor((to - 0.35 + 1e-6) / 0.4) + 1 - first));
            return new HeardPiece([.. words.Chunk(5).Select(line => Line(line, from))], "en");
        }

        public ValueTask DisposeAsync()
        {
            lock (engine.Opened) engine._open--;
            return ValueTask.CompletedTask;
        }

        private TranscriptLine Line(int[] words, double from)
        {
            var times = words.Select(word => new WordTime(TimeSpan.FromSeconds(word * 0.4 - from), TimeSpan.FromSeconds(word * 0.4 + 0.35 - from))).ToArray();
            var prefix = file == "strong.bin" ? "better" : "word";
            return new TranscriptLine(times[0].Start, times[^1].End, string.Join(' ', words.Select(word => string.Create(CultureInfo.InvariantCulture, $"{prefix}{word}"))))
            {
                Words = times,
                Quality = new LineQuality(engine.Logprob(words[0], file), null, 0),
            };
        }
    }
}

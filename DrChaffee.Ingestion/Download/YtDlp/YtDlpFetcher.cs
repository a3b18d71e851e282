using System.Globalization;
using System.Text.RegularExpressions;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Domain.Transcripts.Formats;
using DrChaffee.Ingestion.Discovery;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Download.YtDlp;

/// <summary>Fetches the best audio of one recording by yt-dlp, and the captions that a person wrote for it.</summary>
internal sealed class YtDlpFetcher(YtDlpProgram program, AudioStore store, ChaffeeSettings settings, TimeProvider time) : IFetcher
{
    private const string Mark = "drchaffee-progress";

    /// <summary>Speech in the thinnest codec comes faster than this, in bytes, within a <see cref="Patience"/>.</summary>
    private const long LeastBytes = 64_000;

    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(90);

    public FetchKind Kind => FetchKind.YtDlp;

    public async Task<FetchedMedia> FetchAsync(DiscoveredSource work, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var location = work.Plan.Location;
        if (store.Find(location, work.Keep) is { } stored) return stored.For(work);

        store.CheckRoom(0);
        var folder = store.UnfinishedFolder(location);
        var (record, told) = await TellAsync(location, folder, cancellationToken);
        if (record.Availability == Availability.Live) throw new SourceWaitsException("It is being broadcast; it is taken up when it is there as a whole.");
        if (record.Availability == Availability.Upcoming) throw new SourceWaitsException("It has not begun yet; it is taken up when it has been broadcast.");

        var captions = record.Captions(settings.Fetch.AutomaticCaptionsAllowed);
        await DownloadAsync(location, folder, told, captions, progress, cancellationToken);
        var media = Directory.EnumerateFiles(folder, "media.*").FirstOrDefault(IsMedia)
            ?? throw YtDlpFailure.New(FailureClass.Unsupported, $"yt-dlp brought nothing: the file is larger than {settings.Fetch.MostBytes / 1_000_000} MB (FETCH_LIMIT_MB), or there is none.", new Uri(location), "", 0);
        var words = Directory.EnumerateFiles(folder, "media.*").FirstOrDefault(path => path != told && TranscriptFile.IsKnown(path));
        return (await store.AddAsync(location, media, Path.GetExtension(media), words, work.Keep, record.Facts, cancellationToken)).For(work);
    }

    private async Task<(YtDlpRecord Record, string Path)> TellAsync(string location, string folder, CancellationToken cancellationToken)
    {
        YtDlpRecord? record = null;
        string? json = null;
        await program.RunAsync(["--no-playlist", "--playlist-items=1", "--dump-json"], location, line =>
        {
            if (record is null && YtDlpRecord.Read(line) is { } read) (record, json) = (read, line);
        }, YtDlpProgram.TellingLimit, partly: false, cancellationToken);
        if (record is null) throw YtDlpFailure.New(FailureClass.Unsupported, "yt-dlp finds no recording at this address.", new Uri(location), "It told of nothing.", 0);
        var path = Path.Combine(folder, "told.info.json");
        await File.WriteAllTextAsync(path, json, cancellationToken);
        return (record, path);
    }

    /// <summary>Goes by what was just told, so that the place is not asked a second time.</summary>
    private async Task DownloadAsync(string location, string folder, string told, CaptionChoice? captions, IProgress<double> progress, CancellationToken cancellationToken)
    {
        List<string> arguments =
        [
            $"--load-info-json={told}", "--no-playlist", "--newline", "--no-mtime", "--continue",
            "--format=bestaudio/best", $"--max-filesize={settings.Fetch.MostBytes.ToString(CultureInfo.InvariantCulture)}",
            $"--paths={folder}", "--output=media.%(ext)s",
            $"--progress-template=download:{Mark} %(progress.downloaded_bytes)s %(progress.total_bytes)s %(progress.total_bytes_estimate)s",
        ];
        if (captions is not null) arguments.AddRange([captions.Automatic ? "--write-auto-subs" : "--write-subs", $"--sub-langs={Regex.Escape(captions.Language)}", "--sub-format=vtt/srt/best"]);

        using var watch = new StallWatch(time, Patience, LeastBytes, cancellationToken);
        try
        {
            await program.RunAsync(arguments, address: null, line =>
            {
                if (TryReadProgress(line, out var done, out var whole))
                {
                    watch.Came(done);
                    if (whole > 0) progress.Report(done / whole);
                }
            }, settings.Fetch.Longest, partly: false, watch.Token);
        }
        catch (OperationCanceledException ex) when (watch.Stalled && !cancellationToken.IsCancellationRequested)
        {
            throw PublicWeb.Passing(new Uri(location), $"{new Uri(location).Host} sends too slowly; what came is kept for the next try.", ex);
        }
        catch (SourceFailedException failure) when (failure.InnerException is PlaceException { Host: null } said)
        {
            throw new SourceFailedException(failure.FailureClass, failure.Message.Replace("the site", new Uri(location).Host, StringComparison.Ordinal), new PlaceException(said.Message, said) { Host = PublicWeb.HostOf(new Uri(location)), RetryAfter = said.RetryAfter });
        }
    }

    private static bool IsMedia(string path) => !path.EndsWith(".part", StringComparison.Ordinal) && !path.EndsWith(".ytdl", StringComparison.Ordinal) && !path.EndsWith(".json", StringComparison.Ordinal)
        && !TranscriptFile.IsKnown(path) && Path.GetFileName(path).Count(c => c == '.') == 1;

    private static bool TryReadProgress(string line, out double done, out double whole)
    {
        (done, whole) = (0, 0);
        if (!line.StartsWith(Mark, StringComparison.Ordinal)) return false;
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 4 || !double.TryParse(parts[1], CultureInfo.InvariantCulture, out done)) return false;
        _ = double.TryParse(parts[2], CultureInfo.InvariantCulture, out whole) || double.TryParse(parts[3], CultureInfo.InvariantCulture, out whole);
        return true;
    }

    /// <summary>Ends a download that brings next to nothing.</summary>
    private sealed class StallWatch : IDisposable
    {
        private readonly CancellationTokenSource _stop;
        private readonly ITimer _timer;
        private double _came, _counted;
        private bool _began;

        public StallWatch(TimeProvider time, TimeSpan patience, long least, CancellationToken cancellationToken)
        {
            _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _timer = time.CreateTimer(_ =>
            {
                if (_began && Volatile.Read(ref _came) - _counted < least)
                {
                    Stalled = true;
                    _stop.Cancel();
                }

                _counted = Volatile.Read(ref _came);
            }, null, patience, patience);
        }

        public CancellationToken Token => _stop.Token;

        public bool Stalled { get; private set; }

        public void Came(double bytes)
        {
            _began = true;
            Volatile.Write(ref _came, bytes);
        }

        public void Dispose()
        {
            _timer.Dispose();
            _stop.Dispose();
        }
    }
}

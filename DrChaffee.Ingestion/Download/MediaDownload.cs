using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Download;

/// <summary>Streams one file to disk. What has come before a break is kept, and the rest asked for, where the server says that it is still the same file.</summary>
internal sealed class MediaDownload(PublicWeb web, AudioStore store, ChaffeeSettings settings, TimeProvider time)
{
    /// <summary>Attempts in a row that bring nothing; one that brings bytes starts the count again.</summary>
    private const int MostVainAttempts = 3;

    /// <summary>A server that brings less than this in a <see cref="Patience"/>, about the rate of the thinnest speech codec, would never end.</summary>
    private const long LeastBytes = 64_000;

    private const int BufferSize = 1 << 16;

    internal TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    internal TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gives the path of the whole file, in <paramref name="folder"/>, and the ending that it should have.</summary>
    /// <exception cref="SourceFailedException">It cannot be had now, or at all.</exception>
    /// <exception cref="SourceWaitsException">The disk is full.</exception>
    public async Task<(string Path, string Extension)> RunAsync(string address, string folder, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var part = Path.Combine(folder, "media.part");
        using var deadline = new CancellationTokenSource(settings.Fetch.Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            for (var vain = 0; ;)
            {
                var before = Length(part);
                try
                {
                    return (part, await AttemptAsync(address, part, progress, either.Token));
                }
                catch (BrokenOffException ex)
                {
                    vain = Length(part) > before ? 0 : vain + 1;
                    if (vain >= MostVainAttempts) throw ex.Failure;
                    await Task.Delay(Pause * (vain + 1), time, either.Token);
                }
            }
        }
        catch (OperationCanceledException ex) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw PublicWeb.Passing(new Uri(address), string.Create(CultureInfo.InvariantCulture, $"{new Uri(address).Host} did not send the file within {settings.Fetch.Longest.TotalMinutes:0} minutes (FETCH_LIMIT_MINUTES); what came is kept for the next try."), ex);
        }
        catch (IOException ex) when (AudioStore.IsDiskFull(ex))
        {
            File.Delete(part); // others need the room more than this one needs its beginning
            throw store.Full();
        }
    }

    private async Task<string> AttemptAsync(string address, string part, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var (from, mark) = Resumable(part);
        using var answer = await web.OpenAsync(address, request => AskForRest(request, from, mark), cancellationToken);
        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && from > 0)
        {
            File.Delete(part); // what lies here is not the beginning of what they have
            throw new BrokenOffException(web.Failure(answer));
        }

        if (!answer.IsSuccessStatusCode) throw web.Failure(answer);
        var type = answer.Content.Headers.ContentType?.MediaType;
        var final = answer.RequestMessage!.RequestUri!;
        if (!MediaKind.MayBeMedia(type)) throw NotMedia(final, type!);

        var size = answer.Content.Headers.ContentRange?.Length ?? answer.Content.Headers.ContentLength;
        if (answer.StatusCode != HttpStatusCode.PartialContent || answer.Content.Headers.ContentRange?.From != from) from = 0;
        if (answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From is > 0 && from == 0) throw new BrokenOffException(PublicWeb.Passing(final, $"{final.Host} sent another part of the file than was asked for."));
        if (size > settings.Fetch.MostBytes) throw TooLarge(final, size.Value);
        store.CheckRoom((size ?? 0) - from);
        WriteMark(part, Mark.Of(answer));
        try
        {
            await CopyAsync(answer, final, part, from, size, progress, cancellationToken);
        }
        catch (Exception ex) when (ex is not IOException || !AudioStore.IsDiskFull(ex))
        {
            if (cancellationToken.IsCancellationRequested || ex is SourceFailedException or SourceWaitsException or BrokenOffException) throw;
            throw PublicWeb.Failure(final, ex) is { } failure ? new BrokenOffException(failure) : ex;
        }

        return MediaKind.ExtensionOf(type, final);
    }

    private async Task CopyAsync(HttpResponseMessage answer, Uri address, string part, long from, long? size, IProgress<double> progress, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, BufferSize, FileOptions.Asynchronous);
        file.SetLength(from);
        file.Position = from;
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (windowStart, windowBytes) = (time.GetTimestamp(), 0L);
        idle.CancelAfter(Patience);
        var buffer = new byte[BufferSize];
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(idle.Token);
            for (int read; (read = await body.ReadAsync(buffer, idle.Token)) > 0;)
            {
                if (from == 0 && MediaKind.IsText(buffer.AsSpan(0, read))) throw NotMedia(address, "a page of text");
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                from += read;
                windowBytes += read;
                if (from > settings.Fetch.MostBytes) throw TooLarge(address, from);
                if (size is { } whole) progress.Report((double)from / whole);
                if (time.GetElapsedTime(windowStart) is var passed && passed >= Patience)
                {
                    if (windowBytes < LeastBytes) throw Drips(address, windowBytes, passed);
                    (windowStart, windowBytes) = (time.GetTimestamp(), 0);
                }

                idle.CancelAfter(Patience);
            }
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokenOffException(PublicWeb.Passing(address, $"{address.Host} stopped sending in the middle of the file.", ex));
        }

        await file.FlushAsync(cancellationToken);
        if (size is { } expected && from < expected)
            throw new BrokenOffException(PublicWeb.Passing(address, string.Create(CultureInfo.InvariantCulture, $"{address.Host} ended the file after {from:N0} of {expected:N0} bytes.")));
        if (from == 0) throw new SourceFailedException(FailureClass.Broken, $"{address.Host} sent an empty file.", new PlaceException($"{address} has no content.") { Host = PublicWeb.HostOf(address) });
    }

    private static void AskForRest(HttpRequestMessage request, long from, Mark? mark)
    {
        request.Headers.AcceptEncoding.ParseAdd("identity"); // what comes is what is measured
        if (from == 0) return;
        request.Headers.Range = new RangeHeaderValue(from, null);
        if (mark?.Etag is { } etag) request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue(etag));
        else if (mark?.Modified is { } modified) request.Headers.IfRange = new RangeConditionHeaderValue(modified);
    }

    /// <summary>Where to go on, and what tells whether it is still the same file; without such a mark it begins anew.</summary>
    private static (long From, Mark? Mark) Resumable(string part)
    {
        try
        {
            return Length(part) is var length and > 0 && JsonSerializer.Deserialize<Mark>(File.ReadAllText(MarkPath(part))) is { } mark && (mark.Etag ?? (object?)mark.Modified) is not null ? (length, mark) : (0, null);
        }
        catch (Exception ex) when (ex is FileNotFoundException or JsonException)
        {
            return (0, null);
        }
    }

    private static void WriteMark(string part, Mark mark) => File.WriteAllText(MarkPath(part), JsonSerializer.Serialize(mark));

    private static string MarkPath(string part) => $"{part}.json";

    private static SourceFailedException NotMedia(Uri address, string what) => new(
        FailureClass.Unsupported, $"{address.Host} sent {what} where a recording was expected.", new PlaceException($"{address} is of the type {what}.") { Host = PublicWeb.HostOf(address) });

    private SourceFailedException TooLarge(Uri address, long bytes) => new(
        FailureClass.Unsupported, $"The file is larger than {settings.Fetch.MostBytes / 1_000_000} MB ({bytes / 1_000_000} MB); raise FETCH_LIMIT_MB if it is wanted.",
        new PlaceException($"{address} has {bytes} bytes.") { Host = PublicWeb.HostOf(address) });

    private static SourceFailedException Drips(Uri address, long bytes, TimeSpan time) => PublicWeb.Passing(
        address, string.Create(CultureInfo.InvariantCulture, $"{address.Host} sends too slowly: {bytes:N0} bytes in {time.TotalSeconds:0} seconds; what came is kept for the next try."));

    private static long Length(string part) => new FileInfo(part) is { Exists: true } info ? info.Length : 0;

    /// <summary>By what a file can be told from a later one at the same address.</summary>
    private sealed record Mark(string? Etag, DateTimeOffset? Modified)
    {
        public static Mark Of(HttpResponseMessage answer) =>
            new(answer.Headers.ETag is { IsWeak: false } etag ? etag.Tag : null, answer.Content.Headers.LastModified);
    }

    /// <summary>The connection broke, and asking for the rest at once may help.</summary>
    private sealed class BrokenOffException(SourceFailedException failure) : Exception(failure.Message, failure)
    {
        public SourceFailedException Failure => failure;
    }
}

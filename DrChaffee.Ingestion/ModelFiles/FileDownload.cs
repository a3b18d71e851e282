using System.Net;

namespace DrChaffee.Ingestion.ModelFiles;

/// <summary>Downloads one file beside its final name, goes on after a break, and gives it its name when its hash is right.</summary>
internal sealed class FileDownload(HttpClient client, TimeProvider time, TimeSpan pause)
{
    /// <summary>Attempts in a row that bring nothing; one that brings bytes starts the count again.</summary>
    private const int MostVainAttempts = 4;

    private const int DiskFullOnUnix = 28;
    private const int DiskFullOnWindows = 0x70;

    /// <summary>A connection that brings nothing for so long is broken.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static string PartOf(string target) => $"{target}.part";

    public static bool IsDiskFull(IOException exception) => (exception.HResult & 0xFFFF) is DiskFullOnUnix or DiskFullOnWindows;

    public async Task RunAsync(HubFile hub, string target, Action<long> progress, CancellationToken cancellationToken)
    {
        var part = PartOf(target);
        if (hub is { Sha256: null, GitBlob: null }) File.Delete(part); // nothing could tell whether it began as this file
        var resumed = File.Exists(part);
        await GetAsync(hub, part, progress, cancellationToken);
        if (resumed && await FaultAsync(hub, part, cancellationToken) is not null)
        {
            File.Delete(part); // it began as another file
            await GetAsync(hub, part, progress, cancellationToken);
        }

        if (await FaultAsync(hub, part, cancellationToken) is { } fault)
        {
            File.Delete(part);
            throw new ModelException($"What {hub.Address.Host} sent as {Path.GetFileName(target)} is not that file: {fault}. It was deleted; try again, or check MODELS_URL.");
        }

        File.Move(part, target, overwrite: true);
    }

    private async Task GetAsync(HubFile hub, string part, Action<long> progress, CancellationToken cancellationToken)
    {
        for (var vain = 0; ;)
        {
            var before = Length(part);
            try
            {
                await AttemptAsync(hub, part, progress, cancellationToken);
                if (hub.Size is null || Length(part) >= hub.Size) return;
                throw new HttpRequestException("the connection ended early");
            }
            catch (Exception ex) when (IsPassing(ex) && !cancellationToken.IsCancellationRequested)
            {
                vain = Length(part) > before ? 1 : vain + 1;
                if (vain >= MostVainAttempts) throw ex as HttpRequestException ?? new HttpRequestException(ex.Message, ex);
                await Task.Delay(pause * (1 << vain), time, cancellationToken);
            }
        }
    }

    private async Task AttemptAsync(HubFile hub, string part, Action<long> progress, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16);
        var from = file.Length;
        if (hub.Size is { } size && from >= size)
        {
            if (from > size) file.SetLength(from = 0);
            else return;
        }

        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        idle.CancelAfter(Patience);
        using var answer = await hub.OpenAsync(client, from, idle.Token);
        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) file.SetLength(0);
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException(null, null, answer.StatusCode);
        if (answer.StatusCode != HttpStatusCode.PartialContent) from = 0; // it sends the whole again
        if (file.Length != from) file.SetLength(from);
        file.Position = from;

        await using var body = await answer.Content.ReadAsStreamAsync(idle.Token);
        var buffer = new byte[1 << 16];
        for (int read; (read = await body.ReadAsync(buffer, idle.Token)) > 0; progress(from))
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            from += read;
            idle.CancelAfter(Patience);
        }
    }

    /// <summary>What the file is instead, or null where it is right, or nothing is known to hold it against.</summary>
    private static async Task<string?> FaultAsync(HubFile hub, string part, CancellationToken cancellationToken)
    {
        if (hub.Sha256 is { } expected) return await ModelSums.HashAsync(part, cancellationToken) is var found && found != expected ? $"its SHA-256 is {found}, not {expected}" : null;
        if (hub.GitBlob is { } blob) return await HubFile.GitBlobAsync(part, cancellationToken) is var id && id != blob ? $"git would call it {id}, not {blob}" : null;
        return null;
    }

    /// <summary>What may be otherwise the next time; a full disk and a refusal are not.</summary>
    private static bool IsPassing(Exception exception) => exception switch
    {
        HttpRequestException { StatusCode: { } status } => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestedRangeNotSatisfiable or >= HttpStatusCode.InternalServerError,
        HttpRequestException or OperationCanceledException => true,
        IOException io => !IsDiskFull(io) && io is HttpIOException or { InnerException: System.Net.Sockets.SocketException },
        _ => false,
    };

    private static long Length(string part) => new FileInfo(part) is { Exists: true } info ? info.Length : 0;
}

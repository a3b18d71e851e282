using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Pipeline;

namespace DrChaffee.Ingestion.Download;

/// <summary>Reads a small answer whole, and no more of it than was agreed.</summary>
internal static class BoundedBody
{
    /// <param name="most">In bytes, after decompression.</param>
    /// <param name="patience">How long the whole of it may take.</param>
    /// <exception cref="SourceFailedException">It is larger, or the connection broke.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage answer, int most, TimeSpan patience, CancellationToken cancellationToken)
    {
        var address = answer.RequestMessage!.RequestUri!;
        using var deadline = new CancellationTokenSource(patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(either.Token);
            using var whole = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int read; (read = await body.ReadAsync(buffer, either.Token)) > 0;)
            {
                whole.Write(buffer, 0, read);
                if (whole.Length > most) throw new SourceFailedException(FailureClass.Unsupported, $"{address.Host} sends more than {most / 1_000_000} MB where a small file was expected.", new PlaceException($"{address} is too large.") { Host = PublicWeb.HostOf(address) });
            }

            if (answer.Content.Headers.ContentLength is { } length && whole.Length < length) throw PublicWeb.Passing(address, $"{address.Host} ended its answer too early.");
            return whole.ToArray();
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            throw PublicWeb.Passing(address, $"{address.Host} sends too slowly.", ex);
        }
        catch (Exception ex) when (PublicWeb.Failure(address, ex) is not null)
        {
            throw PublicWeb.Failure(address, ex)!;
        }
    }
}

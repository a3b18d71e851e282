using System.ComponentModel;
using System.Globalization;
using CliWrap;
using CliWrap.Buffered;
using CliWrap.Exceptions;

namespace DrChaffee.Ingestion.Transcription.WhisperNet;

/// <summary>Asks the driver how much memory of the GPU is free.</summary>
internal static class GpuMemory
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Bytes that are free on the first GPU; null where the driver does not say.</summary>
    public static async Task<long?> FreeAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var answer = await Cli.Wrap("nvidia-smi").WithArguments(["--query-gpu=memory.free", "--format=csv,noheader,nounits"]).ExecuteBufferedAsync(patience.Token);
            return long.TryParse(answer.StandardOutput.Split('\n')[0], CultureInfo.InvariantCulture, out var megabytes) ? megabytes << 20 : null;
        }
        catch (Exception ex) when (ex is CommandExecutionException or Win32Exception || (ex is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}

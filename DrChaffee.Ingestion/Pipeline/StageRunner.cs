using System.Threading.Channels;
using DrChaffee.Domain.Sources;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Runs stages side by side; a full channel makes the stage before it wait. One bad source is recorded and the rest go on.</summary>
internal sealed partial class StageRunner(IngestionRun run, ILogger logger, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly List<Task> _pumps = [];

    public IngestionRun Run => run;

    /// <summary>Ends with the run, for whatever reason that ends.</summary>
    public CancellationToken Token => _ended.Token;

    public ChannelReader<TOut> Join<TIn, TOut>(ChannelReader<TIn> input, IStage<TIn, TOut> stage)
        where TIn : ISourceWork where TOut : class, ISourceWork =>
        Start<TOut>(stage.Parallelism, async output =>
        {
            var limits = new ParallelOptions { MaxDegreeOfParallelism = stage.Parallelism, CancellationToken = Token };
            await Parallel.ForEachAsync(input.ReadAllAsync(Token), limits, async (work, token) =>
            {
                if (await TryRunAsync(stage, work, token) is { } done) await output.WriteAsync(done, token);
            });
        });

    /// <summary>Starts what fills the first channel.</summary>
    public ChannelReader<TOut> Start<TOut>(int capacity, Func<ChannelWriter<TOut>, Task> fill)
    {
        var output = System.Threading.Channels.Channel.CreateBounded<TOut>(capacity); // Wait is the default full mode: backpressure
        _pumps.Add(PumpAsync());
        return output.Reader;

        async Task PumpAsync()
        {
            Exception? fault = null;
            try
            {
                await Task.Yield();
                await fill(output.Writer);
            }
            catch (Exception ex)
            {
                fault = ex;
            }
            finally
            {
                output.Writer.TryComplete(fault); // the reader downstream sees the same fault
            }
        }
    }

    /// <summary>Stops what still runs, and waits for it: nothing of a run works on after its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await Task.WhenAll(_pumps);
        _ended.Dispose();
    }

    private async Task<TOut?> TryRunAsync<TIn, TOut>(IStage<TIn, TOut> stage, TIn work, CancellationToken cancellationToken)
        where TIn : ISourceWork where TOut : class, ISourceWork
    {
        var source = work.Source;
        try
        {
            await run.EnterAsync(source, stage.Stage, cancellationToken);
            var done = await stage.RunAsync(work, run.ProgressOf(source, stage.Stage), cancellationToken);
            await run.LeaveAsync(source, stage.Stage, message: null, cancellationToken);
            return done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (LeaseLostException ex)
        {
            run.Leases.Forget(source);
            await run.SkippedAsync(source.Key, source.Facts.Title, ex.Message, cancellationToken);
        }
        catch (SourceWaitsException ex)
        {
            await run.WaitsAsync(source, stage.Stage, ex.Message, cancellationToken);
        }
        catch (Exception ex) when (stage is IOptionalStage<TIn, TOut> optional)
        {
            LogWithout(ex, stage.Stage, source.Key);
            await run.LeaveAsync(source, stage.Stage, "failed; the source goes on without it", cancellationToken);
            return optional.Without(work);
        }
        catch (Exception ex)
        {
            var (failureClass, reason) = Classify(ex);
            if (ex is SourceFailedException) LogExpected(stage.Stage, source.Key, reason);
            else LogFailed(ex, stage.Stage, source.Key);
            await run.FailedAsync(source, stage.Stage, failureClass, reason, contentHash: null, cancellationToken);
        }

        return null;
    }

    private static (FailureClass Class, string Reason) Classify(Exception fault) => fault switch
    {
        SourceFailedException expected => (expected.FailureClass, expected.Message),
        NpgsqlException { IsTransient: true } => (FailureClass.Transient, "The database was out of reach."),
        _ => (FailureClass.Ours, $"A fault of this program: {fault.Message}"),
    };

    [LoggerMessage(LogLevel.Information, "{Stage} failed for {SourceKey}: {Reason}")]
    private partial void LogExpected(Domain.Operations.Stage stage, string sourceKey, string reason);

    [LoggerMessage(LogLevel.Warning, "{Stage} failed for {SourceKey}.")]
    private partial void LogFailed(Exception exception, Domain.Operations.Stage stage, string sourceKey);

    [LoggerMessage(LogLevel.Warning, "{Stage} failed for {SourceKey}, which goes on without it.")]
    private partial void LogWithout(Exception exception, Domain.Operations.Stage stage, string sourceKey);
}

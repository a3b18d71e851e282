using System.Globalization;
using System.Threading.Channels;
using DrChaffee.Domain.Operations;
using DrChaffee.Domain.Sources;
using DrChaffee.Ingestion.Telemetry;
using Microsoft.Extensions.Logging;

namespace DrChaffee.Ingestion.Pipeline;

/// <summary>Runs stages side by side; a full channel makes the stage before it wait. One bad source is recorded and the rest go on.</summary>
internal sealed partial class StageRunner(IngestionRun run, IngestionMeter meter, TimeSpan stallLimit, TimeProvider time, ILogger logger, CancellationToken cancellationToken) : IAsyncDisposable
{
    private const int LongestDetail = 20_000;

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
        using var visit = meter.Enter(stage.Stage, source.Key);
        try
        {
            await run.EnterAsync(source, stage.Stage, cancellationToken);
            var done = await DatabasePatience.AskAsync(() => AttemptAsync(stage, work, cancellationToken), time, cancellationToken);
            await run.LeaveAsync(source, stage.Stage, message: null, done.Duration, cancellationToken);
            visit.Ended("done");
            return done;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (LeaseLostException ex)
        {
            visit.Ended("lost");
            Discard(work);
            run.Leases.Forget(source);
            await run.SkippedAsync(source.Key, source.Facts.Title, ex.Message, cancellationToken);
        }
        catch (SourceWaitsException ex)
        {
            visit.Ended("waits");
            Discard(work);
            await run.WaitsAsync(source, stage.Stage, ex.Message, cancellationToken);
        }
        catch (Exception ex) when (stage is IOptionalStage<TIn, TOut> optional)
        {
            visit.Ended("passed_by");
            LogWithout(ex, stage.Stage, source.Key);
            await run.LeaveAsync(source, stage.Stage, "failed; the source goes on without it", duration: null, cancellationToken);
            return optional.Without(work);
        }
        catch (Exception ex)
        {
            Discard(work);
            var failure = Classify(ex);
            visit.Failed(failure.FailureClass);
            if (ex is SourceFailedException) LogExpected(stage.Stage, source.Key, failure.Message);
            else LogFailed(ex, stage.Stage, source.Key);
            await run.FailedAsync(source, stage.Stage, failure, contentHash: null, cancellationToken);
        }

        return null;
    }

    /// <summary>Runs the stage once. One that does not move is stopped; one that then does not stop is left behind.</summary>
    private async Task<TOut> AttemptAsync<TIn, TOut>(IStage<TIn, TOut> stage, TIn work, CancellationToken cancellationToken)
        where TIn : ISourceWork where TOut : class, ISourceWork
    {
        // What was stored must not be taken for lost: the store itself refuses who lost the lease.
        var lost = stage.Stage == Stage.Store ? CancellationToken.None : run.Leases.LostToken(work.Source);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lost);
        using var watch = new StallWatch(run.ProgressOf(work.Source, stage.Stage), attempt, stallLimit, time);
        try
        {
            return await stage.RunAsync(work, watch, attempt.Token).WaitAsync(watch.GivenUp);
        }
        catch (OperationCanceledException) when (watch.Stalled && !cancellationToken.IsCancellationRequested)
        {
            throw new SourceFailedException(FailureClass.Transient, string.Create(CultureInfo.InvariantCulture, $"{stage.Stage} did not move for {stallLimit.TotalMinutes:0.#} minutes and was stopped."));
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new LeaseLostException(work.Source.Key);
        }
    }

    private void Discard(ISourceWork work)
    {
        try
        {
            work.Discard();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(ex, work.Source.Key); // the run's folder goes with the run
        }
    }

    private static SourceFailedException Classify(Exception fault) => fault switch
    {
        SourceFailedException { Detail: null, InnerException: { } inner } expected => new(expected.FailureClass, expected.Message, expected) { RetryAfter = expected.RetryAfter, Detail = Cut(inner.Message) },
        SourceFailedException expected => expected,
        _ when DatabasePatience.MayPass(fault) => new(FailureClass.Transient, "The database was out of reach.", fault) { Detail = Cut(fault.Message) },
        _ => new(FailureClass.Ours, $"A fault of this program: {fault.Message}", fault) { Detail = Cut(fault.ToString()) },
    };

    private static string Cut(string text) => text.Length <= LongestDetail ? text : text[..LongestDetail];

    [LoggerMessage(LogLevel.Information, "{Stage} failed for {SourceKey}: {Reason}")]
    private partial void LogExpected(Stage stage, string sourceKey, string reason);

    [LoggerMessage(LogLevel.Warning, "{Stage} failed for {SourceKey}.")]
    private partial void LogFailed(Exception exception, Stage stage, string sourceKey);

    [LoggerMessage(LogLevel.Warning, "{Stage} failed for {SourceKey}, which goes on without it.")]
    private partial void LogWithout(Exception exception, Stage stage, string sourceKey);

    [LoggerMessage(LogLevel.Warning, "The work files of {SourceKey} could not be deleted.")]
    private partial void LogNotDeleted(Exception exception, string sourceKey);
}

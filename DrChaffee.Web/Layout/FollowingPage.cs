using DrChaffee.Ingestion.Pipeline;
using Microsoft.AspNetCore.Components;
using Npgsql;

namespace DrChaffee.Web.Layout;

/// <summary>A page that reads what it shows again and again while it is looked at.</summary>
public abstract class FollowingPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _left = new();

    [Inject] private TimeProvider Time { get; set; } = null!;

    /// <summary>How long it waits before it reads again.</summary>
    protected abstract TimeSpan Beat { get; }

    /// <summary>Reads before it is shown for the first time, so that what was prerendered is replaced by the same picture and nothing jumps.</summary>
    public override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this); // they can only be read before the first await
        await ReadAsync();
        await base.SetParametersAsync(ParameterView.Empty);
    }

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override void OnInitialized()
    {
        if (!RendererInfo.IsInteractive || _left.IsCancellationRequested) return;
        _ = FollowAsync();
    }

    protected abstract Task ReadAsync();

    /// <summary>What is looked at but once, and takes longer than a page may keep one waiting.</summary>
    protected virtual Task LookOnceAsync(CancellationToken left) => Task.CompletedTask;

    /// <summary>Whether the database is at fault, and likely away; what was read last then stands until it is back.</summary>
    internal static bool IsOfDatabase(Exception exception) => exception is NpgsqlException or { InnerException: NpgsqlException };

    /// <summary>What to tell of an act that failed: its own sentence, or that of the database; what nobody foresaw is logged.</summary>
    protected static string SentenceOf(Exception exception, Action<Exception> log)
    {
        if (exception is IngestionException) return exception.Message;
        if (IsOfDatabase(exception)) return "The database does not answer; try again in a moment.";
        log(exception);
        return "That could not be done; the log says why.";
    }

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(Beat, Time);
        var left = _left.Token;
        try
        {
            await LookOnceAsync(left);
            while (await timer.WaitForNextTickAsync(left))
            {
                await InvokeAsync(async () =>
                {
                    await ReadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
        catch (Exception ex)
        {
            await DispatchExceptionAsync(ex);
        }
    }
}

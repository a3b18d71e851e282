namespace DrChaffee.Web.Features.Lab;

/// <summary>Progress told at once, in order, on the circuit of a page: it comes on a thread of the replay.</summary>
/// <param name="invoke">The page's own way onto its circuit.</param>
/// <param name="fault">Where the page takes what goes wrong.</param>
internal sealed class OnCircuit(Func<Action, Task> invoke, Func<Exception, Task> fault, Action<double> show) : IProgress<double>
{
    public void Report(double value) => _ = ShowAsync(value);

    private async Task ShowAsync(double value)
    {
        try
        {
            await invoke(() => show(value));
        }
        catch (ObjectDisposedException)
        {
            // The page was left while the value was on its way.
        }
        catch (Exception ex)
        {
            await fault(ex);
        }
    }
}

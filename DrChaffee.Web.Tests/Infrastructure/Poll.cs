namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>Waits for something that another thread brings about.</summary>
internal static class Poll
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="patience">How long it may take; half a minute unless more is asked for.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? patience = null)
    {
        using var end = new CancellationTokenSource(patience ?? Patience);
        while (!await condition()) await Task.Delay(100, end.Token);
    }
}

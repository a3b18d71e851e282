namespace DrChaffee.Web.Tests.Infrastructure;

/// <summary>Waits for something that another thread brings about.</summary>
internal static class Poll
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition()) await Task.Delay(100, patience.Token);
    }
}

using DrChaffee.Domain.Search;

namespace DrChaffee.Web.Tests.Search;

public sealed class SearchTurnsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_who_wait_are_let_in_in_the_order_they_came_but_for_who_gave_up()
    {
        using var turns = new SearchTurns();
        var working = new Stack<IDisposable>();
        var first = turns.TakeAsync(Cancellation).AsTask();
        for (; first.IsCompleted; first = turns.TakeAsync(Cancellation).AsTask()) working.Push(await first);
        using var impatient = new CancellationTokenSource();
        var givenUp = turns.TakeAsync(impatient.Token).AsTask();
        var second = turns.TakeAsync(Cancellation).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        Assert.False(first.IsCompleted);

        working.Pop().Dispose();
        await first.WaitAsync(Patience, Cancellation);
        Assert.False(second.IsCompleted);

        (await first).Dispose();
        await second.WaitAsync(Patience, Cancellation);
    }
}

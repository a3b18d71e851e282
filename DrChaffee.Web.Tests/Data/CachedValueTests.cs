using DrChaffee.Domain.Data;
using Microsoft.Extensions.Time.Testing;

namespace DrChaffee.Web.Tests.Data;

public sealed class CachedValueTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private readonly FakeTimeProvider _time = new();
    private TaskCompletionSource<int> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_cannot_wait_gets_what_was_known_before_and_the_next_one_what_was_found()
    {
        var value = new CachedValue<int>(Lifetime, _time, _ => _found.Task);
        _found.SetResult(1);
        var first = await value.GetAsync(Patience, Grace, Token);
        var slow = _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _time.Advance(Lifetime);
        var second = value.GetAsync(Patience, Grace, Token);
        _time.Advance(Patience);
        var told = await second;
        slow.SetResult(2);

        Assert.Equal((1, 1, 2), (first, told, await value.GetAsync(Patience, Grace, Token)));
    }

    [Fact]
    public async Task Whoever_has_no_patience_at_all_is_told_at_once_and_all_share_one_look_up()
    {
        var looked = 0;
        var value = new CachedValue<int>(Lifetime, _time, _ =>
        {
            looked++;
            return _found.Task;
        });
        _found.SetResult(1);
        await value.GetAsync(TimeSpan.Zero, Grace, Token);
        var slow = _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _time.Advance(Lifetime);

        var told = (await value.GetAsync(TimeSpan.Zero, Grace, Token), await value.GetAsync(TimeSpan.Zero, Grace, Token));
        slow.SetResult(2);

        Assert.Equal(((1, 1), 2, 2), (told, await value.GetAsync(TimeSpan.Zero, Grace, Token), looked));
    }

    [Fact]
    public async Task Where_nothing_is_known_or_only_what_is_too_old_they_wait()
    {
        var value = new CachedValue<int>(Lifetime, _time, _ => _found.Task);
        var first = value.GetAsync(Patience, Grace, Token);
        _time.Advance(Patience);
        var waits = !first.IsCompleted;
        _found.SetResult(1);
        await first;
        var slow = _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _time.Advance(Lifetime + Grace);
        var second = value.GetAsync(Patience, Grace, Token);
        _time.Advance(Patience);
        var waitsAgain = !second.IsCompleted;
        slow.SetResult(2);

        Assert.Equal((true, true, 2), (waits, waitsAgain, await second));
    }
}

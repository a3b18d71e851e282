using DrChaffee.Ingestion.ModelFiles;

namespace DrChaffee.Ingestion.Transcription.Local;

/// <summary>Keeps a model in memory while it is used, and some minutes longer: a machine that serves gets its memory back after the night's work.</summary>
internal sealed class ModelLease : IAsyncDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    private readonly ISpeechEngine _engine;
    private readonly ModelCatalogue _catalogue;
    private readonly ModelSums _sums;
    private readonly ITimer _timer;
    private readonly SemaphoreSlim _turn = new(1);
    private Held? _held;

    public ModelLease(ISpeechEngine engine, ModelCatalogue catalogue, ModelSums sums, TimeProvider time)
    {
        (_engine, _catalogue, _sums) = (engine, catalogue, sums);
        _timer = time.CreateTimer(_ => _ = ReleaseAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Calls with the model, loaded if it is not; its file is held against its hash first.</summary>
    public async Task<T> UseAsync<T>(string name, Func<ISpeechModel, Task<T>> use, CancellationToken cancellationToken)
    {
        var held = await TakeAsync(name, cancellationToken);
        try
        {
            return await use(held.Model);
        }
        finally
        {
            await GiveBackAsync(held);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        if (_held is not null) await _held.Model.DisposeAsync();
        _turn.Dispose();
    }

    private async Task<Held> TakeAsync(string name, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_held?.Name != name)
            {
                var card = await _sums.RequireAsync(name, ModelKind.Whisper, cancellationToken);
                if (_held is { Users: 0 }) await _held.Model.DisposeAsync(); // one in use goes when its last user has done
                _held = null;
                _held = new Held(await _engine.LoadAsync(_catalogue.PathOf(card, card.Files[0]), cancellationToken), name);
            }

            _held.Users++;
            return _held;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task GiveBackAsync(Held held)
    {
        await _turn.WaitAsync();
        try
        {
            if (--held.Users > 0) return;
            if (held == _held) _timer.Change(Kept, Timeout.InfiniteTimeSpan);
            else await held.Model.DisposeAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ReleaseAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (_held is not { Users: 0 }) return;
            await _held.Model.DisposeAsync();
            _held = null;
        }
        finally
        {
            _turn.Release();
        }
    }

    private sealed class Held(ISpeechModel model, string name)
    {
        public ISpeechModel Model => model;

        public string Name => name;

        public int Users { get; set; }
    }
}

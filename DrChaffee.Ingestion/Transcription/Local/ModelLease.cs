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
    private ISpeechModel? _model;
    private string? _name;
    private int _users;

    public ModelLease(ISpeechEngine engine, ModelCatalogue catalogue, ModelSums sums, TimeProvider time)
    {
        (_engine, _catalogue, _sums) = (engine, catalogue, sums);
        _timer = time.CreateTimer(_ => _ = ReleaseAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Calls with the model, loaded if it is not; its file is held against its hash first.</summary>
    public async Task<T> UseAsync<T>(string name, Func<ISpeechModel, Task<T>> use, CancellationToken cancellationToken)
    {
        var model = await TakeAsync(name, cancellationToken);
        try
        {
            return await use(model);
        }
        finally
        {
            if (Interlocked.Decrement(ref _users) == 0) _timer.Change(Kept, Timeout.InfiniteTimeSpan);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        if (_model is not null) await _model.DisposeAsync();
        _turn.Dispose();
    }

    private async Task<ISpeechModel> TakeAsync(string name, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_model is null || _name != name)
            {
                if (_model is not null && _users == 0) await _model.DisposeAsync();
                var card = await _sums.RequireAsync(name, ModelKind.Whisper, cancellationToken);
                _model = null;
                (_model, _name) = (await _engine.LoadAsync(_catalogue.PathOf(card, card.Files[0]), cancellationToken), name);
            }

            Interlocked.Increment(ref _users);
            return _model;
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
            if (_users > 0 || _model is null) return;
            await _model.DisposeAsync();
            _model = null;
        }
        finally
        {
            _turn.Release();
        }
    }
}

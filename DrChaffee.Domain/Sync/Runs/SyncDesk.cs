using DrChaffee.Domain.Data;
using DrChaffee.Domain.Settings;
using DrChaffee.Domain.Sync.Merging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Domain.Sync.Runs;

/// <summary>Sync as the page of sync does it: between this process's library and the other one that the environment names.</summary>
public sealed partial class SyncDesk(
    LibrarySync sync, SyncRuns runs, NpgsqlDataSource dataSource, DatabaseState database, ChaffeeSettings settings, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SyncDesk> logger)
{
    private string? OtherDatabase => new[] { settings.Sync.Production, settings.Sync.Local }.FirstOrDefault(url => url is not null && LibraryEnd.NameOf(url) != This);

    /// <summary>This process's library, named without its password.</summary>
    public string This => LibraryEnd.NameOf(settings.ConnectionString);

    /// <summary>The other library; null where the environment names none.</summary>
    public string? Other => OtherDatabase is { } other ? LibraryEnd.NameOf(other) : null;

    /// <summary>Why nothing can be synchronised here, in a sentence; null where it can.</summary>
    public async Task<string?> RefusalAsync(CancellationToken cancellationToken)
    {
        if (Other is null) return "The environment names no other library: set PRODUCTION_DATABASE_URL or LOCAL_DATABASE_URL.";
        return await database.ModeAsync(cancellationToken) == DatabaseMode.ReadOnly ? "The database of this machine can only be read; synchronise on one whose database can be written." : null;
    }

    /// <summary>What a sync would do now; nothing is written.</summary>
    /// <exception cref="SyncException">The two cannot be compared.</exception>
    public async Task<SyncReport> DifferenceAsync(SyncDirection direction, CancellationToken cancellationToken)
    {
        var (from, to) = await EndsAsync(direction, cancellationToken);
        return await sync.RunAsync(from, to, new SyncOptions(DryRun: true), null, cancellationToken);
    }

    /// <summary>Begins a sync, which goes on when the page is left.</summary>
    /// <exception cref="SyncException">It cannot begin.</exception>
    public async Task StartAsync(SyncDirection direction, Preference prefer, CancellationToken cancellationToken)
    {
        var (from, to) = await EndsAsync(direction, cancellationToken);
        if (await runs.LastAsync(cancellationToken) is { Running: true }) throw new SyncException("A sync is running; wait until it has ended.");
        var journal = await SyncJournal.StartAsync(dataSource, LibraryEnd.NameOf(from), LibraryEnd.NameOf(to), time, cancellationToken);
        _ = Task.Run(() => RunAsync(journal, from, to, new SyncOptions(Prefer: prefer)), CancellationToken.None);
    }

    /// <summary>Conflicts of syncs in a direction: they lie in the library that is written.</summary>
    /// <exception cref="SyncException">It does not answer.</exception>
    public Task<(int Total, IReadOnlyList<SyncConflict> Items)> ConflictsAsync(SyncDirection direction, CancellationToken cancellationToken) =>
        AtTargetAsync(direction, book => book.ListAsync(cancellationToken), cancellationToken);

    /// <summary>The next sync in this direction does it. False where there is no such conflict any more.</summary>
    /// <exception cref="SyncException">The library that is written does not answer.</exception>
    public Task<bool> DecideAsync(SyncDirection direction, long conflict, Preference decision, CancellationToken cancellationToken) =>
        AtTargetAsync(direction, book => book.DecideAsync(conflict, decision, cancellationToken), cancellationToken);

    private async Task<T> AtTargetAsync<T>(SyncDirection direction, Func<ConflictBook, Task<T>> act, CancellationToken cancellationToken)
    {
        var (_, to) = await EndsAsync(direction, cancellationToken);
        await using var target = new NpgsqlDataSourceBuilder(to) { Name = LibraryEnd.NameOf(to) }.Build();
        try
        {
            return await act(new ConflictBook(target));
        }
        catch (NpgsqlException ex)
        {
            throw new SyncException($"{LibraryEnd.NameOf(to)} does not answer ({(ex as PostgresException)?.MessageText ?? ex.Message}).", ex);
        }
    }

    private async Task RunAsync(SyncJournal journal, string from, string to, SyncOptions options)
    {
        await using (journal)
        {
            try
            {
                await journal.FinishAsync(await sync.RunAsync(from, to, options, journal, lifetime.ApplicationStopping), CancellationToken.None);
            }
            catch (Exception ex)
            {
                if (ex is not (SyncException or OperationCanceledException)) LogFailed(ex);
                await journal.FailAsync(ex switch
                {
                    SyncException => ex.Message,
                    OperationCanceledException => "The server was stopped; start the sync again: it goes on from there.",
                    _ => "Something went wrong that should not, and stands in the log; start the sync again: it goes on from there.",
                });
            }
        }
    }

    private async Task<(string From, string To)> EndsAsync(SyncDirection direction, CancellationToken cancellationToken)
    {
        if (await RefusalAsync(cancellationToken) is { } refusal) throw new SyncException(refusal);
        return direction == SyncDirection.There ? (settings.ConnectionString, OtherDatabase!) : (OtherDatabase!, settings.ConnectionString);
    }

    [LoggerMessage(LogLevel.Error, "A sync that a page began failed.")]
    private partial void LogFailed(Exception exception);
}

/// <summary>Which way changes go, seen from this process's library.</summary>
public enum SyncDirection
{
    /// <summary>From this library to the other.</summary>
    There,

    /// <summary>From the other library to this.</summary>
    Here,
}

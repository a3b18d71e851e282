using DrChaffee.Domain.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DrChaffee.Domain.Data.Replicas;

/// <summary>
/// Where the library is read from: a replica that answers and is not far behind, in turn, otherwise the primary. All that one question needs comes from one server;
/// where that server is lost meanwhile, the primary is asked the whole question again.
/// </summary>
public sealed partial class LibraryReader : IAsyncDisposable
{
    private readonly NpgsqlDataSource _primary;
    private readonly IDbContextFactory<ChaffeeDbContext> _contexts;
    private readonly ILogger<LibraryReader> _logger;
    private readonly AsyncLocal<Choice?> _chosen = new();
    private long _leastVersion;
    private int _turn;

    public LibraryReader(ChaffeeSettings settings, NpgsqlDataSource primary, IDbContextFactory<ChaffeeDbContext> contexts, TimeProvider time, ILogger<LibraryReader> logger)
    {
        (_primary, _contexts, _logger) = (primary, contexts, logger);
        Replicas = [.. settings.ReplicaConnectionStrings.Select(connectionString => new Replica(connectionString, time))];
    }

    /// <summary>How each replica stands, by its host and port.</summary>
    public IReadOnlyList<(string Name, ReplicaState State)> States => [.. Replicas.Select(replica => (replica.Name, replica.State))];

    internal IReadOnlyList<Replica> Replicas { get; }

    public NpgsqlCommand CreateCommand(string sql) => DataSource.CreateCommand(sql);

    public ValueTask<NpgsqlConnection> OpenConnectionAsync(CancellationToken cancellationToken) => DataSource.OpenConnectionAsync(cancellationToken);

    public Task<ChaffeeDbContext> CreateDbContextAsync(CancellationToken cancellationToken) => (Current()?.Contexts ?? _contexts).CreateDbContextAsync(cancellationToken);

    /// <summary>Asks one server all that a question needs, and the primary all of it again where that one is lost.</summary>
    public async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        if (Replicas.Count == 0 || _chosen.Value is not null) return await ask();
        var choice = new Choice(Next());
        _chosen.Value = choice;
        try
        {
            return await ask();
        }
        catch (Exception ex) when (choice.Server is { } lost && FaultOf(ex) is { } fault)
        {
            if (fault is not PostgresException { SqlState: not (PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow) } && lost.Rests("it was lost while it was asked"))
                LogLeftOut(lost.Name, lost.State.Fault!);
        }

        _chosen.Value = new Choice(null);
        return await ask();
    }

    /// <summary>True for a fault of the replica that is asked, so that the primary may be asked instead; what fails at the primary has failed.</summary>
    internal bool MayAskAgain(Exception fault) => _chosen.Value is { Server: not null } && FaultOf(fault) is not null;

    /// <summary>
    /// What follows the library reads the replica that is furthest behind. So no other one, and least of all the primary, lacks a passage that the index in memory
    /// has; a replica that falls behind the index, or comes back from far behind, is left out of searches until it has caught up.
    /// </summary>
    internal void FollowFurthestBehind()
    {
        if (Replicas.Count > 0) _chosen.Value = new Choice(Usable().MinBy(replica => replica.State.Version));
    }

    /// <summary>The index in memory has this change of the library.</summary>
    internal void Followed(long version)
    {
        _chosen.Value?.Server?.Has(version);
        Volatile.Write(ref _leastVersion, version);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in Replicas) await replica.DisposeAsync();
    }

    private NpgsqlDataSource DataSource => Current()?.DataSource ?? _primary;

    /// <summary>Null for the primary.</summary>
    private Replica? Current() => Replicas.Count == 0 ? null : _chosen.Value is { } choice ? choice.Server : Next();

    private Replica? Next()
    {
        var usable = Usable();
        return usable.Count == 0 ? null : usable[(int)((uint)Interlocked.Increment(ref _turn) % usable.Count)];
    }

    private List<Replica> Usable() => [.. Replicas.Where(replica => replica.State is { IsAsked: true } state && state.Version >= Volatile.Read(ref _leastVersion))];

    /// <summary>What the database or the way to it did, however it is wrapped; null for anything else.</summary>
    private static NpgsqlException? FaultOf(Exception exception)
    {
        for (var at = exception; at is not null; at = at.InnerException)
        {
            if (at is NpgsqlException fault) return fault;
        }

        return null;
    }

    [LoggerMessage(LogLevel.Warning, "The replica {Name} is left out: {Fault}. The primary is asked instead.")]
    private partial void LogLeftOut(string name, string fault);

    /// <param name="Server">Null for the primary.</param>
    private sealed record Choice(Replica? Server);
}

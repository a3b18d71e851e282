using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace DrChaffee.Domain.Data.Replicas;

/// <summary>A server that follows the primary, and what is known of it.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private DateTimeOffset _restsUntil;

    public Replica(string connectionString, TimeProvider time)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        if (!connectionString.Contains("Timeout", StringComparison.OrdinalIgnoreCase)) server.Timeout = (int)Rest.TotalSeconds; // the primary is there to answer instead
        (Name, _time) = ($"{server.Host}:{server.Port}", time);
        DataSource = StoreOptions.OpenPool(server.ConnectionString, $"replica {Name}");
        var options = new DbContextOptionsBuilder<ChaffeeDbContext>();
        options.UseChaffeeStore(DataSource);
        Contexts = new PooledDbContextFactory<ChaffeeDbContext>(options.Options);
    }

    /// <summary>Its host and port.</summary>
    public string Name { get; }

    public NpgsqlDataSource DataSource { get; }

    public IDbContextFactory<ChaffeeDbContext> Contexts { get; }

    public ReplicaState State { get; private set; } = new("it has not been asked yet", null, 0);

    /// <summary>Takes what was just found out; one that failed a question rests for a while whatever it says.</summary>
    /// <returns>True where it is left out from now on, or asked again.</returns>
    public bool Learn(ReplicaState state)
    {
        lock (_gate)
        {
            if (state.IsAsked && _time.GetUtcNow() < _restsUntil) return false;
            var changes = state.IsAsked != State.IsAsked;
            State = state;
            return changes;
        }
    }

    /// <summary>It failed a question.</summary>
    /// <returns>True where it is left out from now on.</returns>
    public bool Rests(string fault)
    {
        lock (_gate) _restsUntil = _time.GetUtcNow() + Rest;
        return Learn(State with { Fault = fault });
    }

    /// <summary>It was seen to have this change.</summary>
    public void Has(long version)
    {
        lock (_gate) State = State with { Version = Math.Max(State.Version, version) };
    }

    public ValueTask DisposeAsync() => DataSource.DisposeAsync();
}

/// <param name="Fault">Why it is left out; null where it is asked.</param>
/// <param name="Lag">How far it is behind the primary; null where that is not known.</param>
/// <param name="Version">The last change of the library that it has.</param>
public sealed record ReplicaState(string? Fault, TimeSpan? Lag, long Version)
{
    public bool IsAsked => Fault is null;
}

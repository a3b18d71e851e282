using Npgsql;

namespace DrChaffee.Domain.Sync;

/// <summary>What sync leaves to those who make passages and vectors.</summary>
public interface ISyncUpkeep
{
    /// <summary>Cuts a recording's passages anew out of its segments, in the transaction of this connection.</summary>
    Task RecutAsync(NpgsqlConnection connection, long source, CancellationToken cancellationToken);

    /// <summary>Embeds what lacks a vector in a library that was written to, and builds the index where one is due.</summary>
    Task FinishAsync(string connectionString, CancellationToken cancellationToken);
}
